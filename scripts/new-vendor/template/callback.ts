import { z } from 'zod';
import type { CallbackMessage, RawCallback } from '../../../vendors/define';
import { isoTime, readMessage } from '../../../vendors/reading';
import { verifyTimedSignature } from '../../../vendors/timed-signature';
import type { AcmeCredentials } from './settings';

export const verify = (raw: RawCallback, { webhookSecret }: AcmeCredentials): void =>
  verifyTimedSignature(raw, {
    header: 'Acme-Signature',
    secret: webhookSecret,
    secretName: 'webhookSecret',
  });

const message = z.object({
  /** Of the event: a repeat has the same. */
  id: z.string().min(1).max(200),
  type: z.string(),
  created_at: z.string().nullish(),
  data: z.object({ invitation_id: z.string().min(1).max(200) }),
});

const kinds = new Map<string, 'started' | 'completed' | 'expired' | 'declined'>([
  ['invitation.started', 'started'],
  ['invitation.completed', 'completed'],
  ['invitation.expired', 'expired'],
  ['invitation.declined', 'declined'],
]);

/** Types that the hub has no use for are taken, and nothing happens. */
export function parse(raw: RawCallback): CallbackMessage {
  const { id, type, created_at, data } = readMessage(raw, message);
  const kind = kinds.get(type);
  if (kind === undefined) return { news: [] };
  const at = isoTime(created_at);
  const event = { type: kind, ...(at !== null && { at }) };
  return { news: [{ vendorRef: data.invitation_id, eventKey: id, event }] };
}
