import { createHmac, randomBytes } from 'node:crypto';

/**
 * Lever's webhook signature: hex HMAC-SHA256 over `token` + `triggeredAt` with the signature token as text for key
 * (lever-api 4.2). It covers neither `event` nor `data`.
 */
export function signWebhook(signatureToken: string, token: string, triggeredAt: number): string {
  return createHmac('sha256', signatureToken).update(`${token}${triggeredAt}`).digest('hex');
}

/** 48 hex characters: the form of both signature tokens and delivery tokens. */
export const newToken = (): string => randomBytes(24).toString('hex');
