import { z } from 'zod';
import { FulcrumError } from '../../domain/errors';
import type { VendorEvent } from '../../domain/events';
import type { CallbackNews, RawCallback } from '../define';
import { verifyTimedSignature } from '../timed-signature';
import type { SerandCredentials } from './settings';
import { isoTime } from './wire';

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
  const parsed = message.safeParse(json(raw.body));
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') || 'its top';
    throw new FulcrumError('input.malformed', `The callback cannot be used: it is wrong at ${where}`);
  }
  const { id, type, created_at, data } = parsed.data;
  const at = isoTime(data.completed_at) ?? isoTime(created_at);
  const kind = kinds[type];
  if (kind === undefined) return [];
  const event: VendorEvent = { type: kind, ...(at !== null && { at }) };
  return [{ vendorRef: data.invitation_id, eventKey: id, event }];
}

const kinds: Record<string, 'started' | 'completed' | 'expired'> = {
  'invitation.started': 'started',
  'invitation.completed': 'completed',
  'invitation.expired': 'expired',
};

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
