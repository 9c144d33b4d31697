import { z } from 'zod';
import { FulcrumError } from '../../domain/errors';
import type { VendorEvent } from '../../domain/events';
import type { CallbackMessage, RawCallback } from '../define';
import { reference, within, words } from '../lenient';
import { isoTime, readMessage } from '../reading';
import { signedWith } from '../timed-signature';
import { resultOf } from './outcome';
import { outcomeShape } from './wire';

export const verify = signedWith('webhookSecret', 'Serand-Signature');

const about = outcomeShape.extend({ invitation_id: reference });
const message = z.object({ id: reference, type: words, created_at: words, data: within(about) });

/**
 * The address says whose news it is. Types that the hub has no use for are taken, and nothing happens; without a type the
 * status has to do.
 */
export function parse(raw: RawCallback): CallbackMessage {
  const told = readMessage(raw, message);
  const data = told.data ?? about.parse({});
  const word = told.type ?? data.status;
  if (word === null) {
    throw new FulcrumError('input.malformed', 'The callback cannot be used: it has neither type nor status');
  }
  const kind = kinds.get(word.toLowerCase().replace(/^invitation\./, ''));
  if (kind === undefined) return { news: [] };
  const at = isoTime(data.completed_at) ?? isoTime(told.created_at);
  const when = at === null ? {} : { at };
  // What an assessment has come to may be said here alone.
  const event: VendorEvent =
    kind === 'completed' ? { type: kind, told: resultOf(data), ...when } : { type: kind, ...when };
  return { news: [{ vendorRef: data.invitation_id, eventKey: told.id, event }] };
}

const kinds = new Map<string, 'started' | 'completed' | 'expired'>([
  ['started', 'started'],
  ['completed', 'completed'],
  ['expired', 'expired'],
]);
