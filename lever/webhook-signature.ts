import { createHmac } from 'node:crypto';
import { FulcrumError } from '../domain/errors';
import { safeEqual } from '../platform/crypto/hmac';

const day = 86_400_000;
/** Lever's retry ladder and the Rerun button of its two weeks of history are honest sources of old deliveries. */
const oldest = 15 * day;
const earliest = 5 * 60_000;

/** The part of a delivery that its signature covers. */
export interface SignedPart {
  token: string;
  triggeredAt: number;
  signature: string;
}

/**
 * Checks a delivery: `hex(HMAC-SHA256(key = signature token as text, message = token + triggeredAt))`, a few minutes
 * ahead and 15 days old at most. It vouches for `token` and `triggeredAt` only, not for `data` (decision 0004).
 * @param signatureTokens of all webhooks that may call here; Lever makes one per webhook
 * @param now ms since 1970
 * @throws FulcrumError `auth.signature`
 */
export function verifyLeverWebhook(body: SignedPart, signatureTokens: readonly string[], now: number): void {
  const message = body.token + String(body.triggeredAt);
  const matches = signatureTokens.filter((key) =>
    safeEqual(createHmac('sha256', key).update(message).digest('hex'), body.signature),
  );
  if (matches.length === 0) {
    throw new FulcrumError(
      'auth.signature',
      'The signature does not match. For a webhook made by hand, give the hub its signing token.',
    );
  }
  if (body.triggeredAt < now - oldest) {
    throw new FulcrumError('auth.signature', 'triggeredAt is more than 15 days old');
  }
  if (body.triggeredAt > now + earliest) {
    throw new FulcrumError('auth.signature', 'triggeredAt is more than 5 minutes ahead: check the clocks');
  }
}
