import { z } from 'zod';
import { FulcrumError } from '../../domain/errors';
import { jsonOf } from '../../platform/json';
import type { VendorEvent } from '../../domain/events';
import { safeEqual } from '../../platform/crypto/hmac';
import type { CallbackNews, RawCallback } from '../define';
import type { JobmaCredentials } from './settings';
import { statusWord } from './wire';

/** Jobma does not sign; it sends a bearer token that we have chosen (`jobma/views.py` of mitodl/bootcamp-ecommerce). */
export function verify(raw: RawCallback, { callbackToken }: JobmaCredentials): void {
  const [scheme = '', token = ''] = (raw.headers['authorization'] ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer' && safeEqual(token, callbackToken)) return;
  throw new FulcrumError(
    'auth.signature',
    "The callback's bearer token does not match: compare the webhook token at Jobma with the connection's callbackToken",
  );
}

const message = z.looseObject({ status: statusWord });

/** The address says whose news it is: it seals the run, and our assessment id stands behind it. */
export function parse(raw: RawCallback): CallbackNews[] {
  const parsed = message.safeParse(jsonOf(raw.body));
  if (!parsed.success) {
    throw new FulcrumError(
      'input.malformed',
      `The callback cannot be used: its body needs a "status" of ${statusWord.options.join(', ')}`,
    );
  }
  const { status } = parsed.data;
  const event = eventOf(status);
  return event === null ? [] : [{ vendorRef: null, eventKey: keyOf(raw, status), event }];
}

function eventOf(status: z.output<typeof statusWord>): VendorEvent | null {
  switch (status) {
    case 'completed':
      return { type: 'completed' };
    case 'rejected':
      return { type: 'declined' };
    case 'expired':
      return { type: 'expired' };
    case 'pending':
      return null;
  }
}

/**
 * Jobma repeats "completed", byte for byte, when an evaluation has changed: a repeat cannot be told from news. So each is
 * news, and the result says whether anything changed. Without our id in the address the words alone have to do.
 */
const keyOf = (raw: RawCallback, status: string): string | null =>
  /^[\w-]{1,100}$/.test(raw.pathRest) ? `${raw.pathRest}-${status}-${raw.receivedAt}` : null;
