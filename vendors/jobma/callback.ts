import { z } from 'zod';
import { FulcrumError } from '../../domain/errors';
import type { VendorEvent } from '../../domain/events';
import { webAddressIn } from '../../domain/web-address';
import { safeEqual } from '../../platform/crypto/hmac';
import { jsonOf } from '../../platform/json';
import type { CallbackMessage, RawCallback } from '../define';
import { identifier, link } from '../lenient';
import { reportsOf } from './requests';
import type { JobmaCredentials } from './settings';

/** Jobma does not sign; it sends a bearer token that we have chosen (`jobma/views.py` of mitodl/bootcamp-ecommerce). */
export function verify(raw: RawCallback, { callbackToken }: JobmaCredentials): void {
  const [scheme = '', token = ''] = (raw.headers['authorization'] ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer' && safeEqual(token, callbackToken)) return;
  throw new FulcrumError(
    'auth.signature',
    "The callback's bearer token does not match: compare the webhook token at Jobma with the connection's callbackToken",
  );
}

const message = z.object({ status: identifier, results_url: link });

/** The address says whose news it is: it seals the run, and our assessment id stands behind it. */
export function parse(raw: RawCallback): CallbackMessage {
  const parsed = message.safeParse(jsonOf(raw.body) ?? formOf(raw));
  if (!parsed.success) {
    throw new FulcrumError(
      'input.malformed',
      'The callback cannot be used: its body needs a "status", e.g. "completed"',
    );
  }
  const status = parsed.data.status.toLowerCase();
  const event = eventOf(status, parsed.data.results_url);
  return { news: event === null ? [] : [{ vendorRef: null, eventKey: keyOf(raw, status), event }] };
}

/** The one receiver that is public takes forms as well, so nobody knows which of the two Jobma sends. */
function formOf({ headers, body }: RawCallback): unknown {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  return isForm ? Object.fromEntries(new URLSearchParams(body.toString('utf8'))) : undefined;
}

/** The link to the results is proven only here: whatever Jobma answers later, the note has it. */
function eventOf(status: string, resultsUrl: string | null): VendorEvent | null {
  const completed = { type: 'completed', told: { reports: reportsOf(resultsUrl) } } as const;
  switch (status) {
    case 'completed':
      return completed;
    case 'rejected': {
      const shown = webAddressIn(resultsUrl ?? '');
      return { type: 'declined', ...(shown !== null && { reason: `see ${shown} for the interview` }) };
    }
    case 'expired':
      return { type: 'expired' };
    case 'pending':
      return null;
    default:
      // A word that nobody has agreed on: Jobma is asked, and results speak for themselves.
      return { type: 'changed', ...(resultsUrl !== null && { presumed: completed }) };
  }
}

/**
 * Jobma repeats "completed", byte for byte, when an evaluation has changed: a repeat cannot be told from news. So each is
 * news, and the result says whether anything changed. Without our id in the address the words alone have to do.
 */
const keyOf = (raw: RawCallback, status: string): string | null =>
  /^[\w-]{1,100}$/.test(raw.pathRest)
    ? `${raw.pathRest}-${status.replace(/[^\w-]+/g, '_').slice(0, 40)}-${raw.receivedAt}`
    : null;
