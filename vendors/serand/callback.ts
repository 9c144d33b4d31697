import { z } from 'zod';
import type { VendorEvent } from '../../domain/events';
import type { CallbackNews, RawCallback } from '../define';
import { isoTime, readMessage } from '../reading';
import { verifyTimedSignature } from '../timed-signature';
import type { SerandCredentials } from './settings';

export const verify = (raw: RawCallback, { webhookSecret }: SerandCredentials): void =>
  verifyTimedSignature(raw, {
    header: 'Serand-Signature',
    secret: webhookSecret,
    secretName: 'webhookSecret',
  });

const message = z.looseObject({
  id: z.string().min(1).max(200),
  type: z.string(),
  created_at: z.string().nullish(),
  data: z.looseObject({
    invitation_id: z.string().min(1).max(200),
    completed_at: z.string().nullish(),
  }),
});

/** Types that the hub has no use for are taken, and nothing happens. */
export function parse(raw: RawCallback): CallbackNews[] {
  const { id, type, created_at, data } = readMessage(raw, message);
  const at = isoTime(data.completed_at) ?? isoTime(created_at);
  const kind = kinds.get(type);
  if (kind === undefined) return [];
  const event: VendorEvent = { type: kind, ...(at !== null && { at }) };
  return [{ vendorRef: data.invitation_id, eventKey: id, event }];
}

const kinds = new Map<string, 'started' | 'completed' | 'expired'>([
  ['invitation.started', 'started'],
  ['invitation.completed', 'completed'],
  ['invitation.expired', 'expired'],
]);
