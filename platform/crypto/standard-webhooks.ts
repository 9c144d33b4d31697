import { createHmac } from 'node:crypto';
import { FulcrumError } from '../../domain/errors';
import { safeEqual } from './hmac';

/**
 * Signatures as https://www.standardwebhooks.com has them, symmetric scheme: HMAC-SHA256 over `id.timestamp.body`,
 * written `v1,<base64>`. While a secret changes a message carries one signature for each, and one that fits is enough.
 */

/** Both sides of now: a clock may be wrong either way, and what is older may be a replay. */
const windowMs = 5 * 60_000;

/** What the specification allows, in bytes. */
const shortest = 24;
const longest = 64;

export const secretForm = `write a secret as whsec_ and base64 of ${shortest} to ${longest} random bytes`;

/** The key of a written secret, whose prefix `whsec_` may be missing; null for anything that is none. */
export function readWebhookSecret(text: string): Buffer | null {
  const encoded = text.replace(/^whsec_/, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const key = Buffer.from(encoded, 'base64');
  return key.length >= shortest && key.length <= longest ? key : null;
}

export interface SignedMessage {
  /** Names the message; the same at every attempt to deliver it. */
  id: string;
  /** Of this attempt, ms since 1970. */
  at: number;
  body: string | Buffer;
}

/** The three headers of a message, with one signature for each key. */
export function webhookHeaders({ id, at, body }: SignedMessage, keys: readonly Buffer[]): WebhookHeaders {
  const timestamp = String(Math.floor(at / 1_000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map((key) => `v1,${signatureOf(key, id, timestamp, body)}`).join(' '),
  };
}

type WebhookHeaders = Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;

const signatureOf = (key: Buffer, id: string, timestamp: string, body: string | Buffer): string =>
  createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');

/**
 * Checks a message over its bytes as they came.
 * @param message header names in lower case; `receivedAt` in ms since 1970
 * @throws FulcrumError `auth.signature`, saying what is wrong
 */
export function verifyWebhook(
  message: { headers: Record<string, string | undefined>; body: Buffer; receivedAt: number },
  keys: readonly Buffer[],
): void {
  const header = (name: string): string => message.headers[name] ?? '';
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const missing = names.filter((name) => header(name) === '');
  if (missing.length > 0) throw refused(`missing headers: ${missing.join(', ')}`);
  const timestamp = header('webhook-timestamp');
  if (!/^\d{1,12}$/.test(timestamp)) throw refused('webhook-timestamp is no time in seconds since 1970');

  const given = header('webhook-signature')
    .split(' ')
    .filter((one) => one.startsWith('v1,'))
    .map((one) => one.slice('v1,'.length));
  if (given.length === 0) throw refused('webhook-signature holds no signature written as v1,<base64>');
  const expected = keys.map((key) => signatureOf(key, header('webhook-id'), timestamp, message.body));
  if (!given.some((one) => expected.some((ours) => safeEqual(one, ours)))) {
    throw refused('no signature matches: compare the secrets, and sign the body byte by byte as it is sent');
  }
  if (Math.abs(message.receivedAt - Number(timestamp) * 1_000) > windowMs) {
    throw refused('webhook-timestamp is more than five minutes away from our clock');
  }
}

const refused = (why: string): FulcrumError =>
  new FulcrumError('auth.signature', `The message is not accepted: ${why}`);
