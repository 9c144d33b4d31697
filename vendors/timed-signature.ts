import { createHmac } from 'node:crypto';
import { FulcrumError } from '../domain/errors';
import { safeEqual } from '../platform/crypto/hmac';
import type { RawCallback } from './define';

/** Both sides of now: a clock may be wrong either way. */
const windowMs = 5 * 60_000;

/**
 * Checks a header `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">` over the bytes as they came. Several `v1` are
 * allowed, so that a secret can be changed while messages are under way.
 * @throws FulcrumError `auth.signature`, saying what is wrong
 */
export function verifyTimedSignature(
  raw: RawCallback,
  { header, secret, secretName }: { header: string; secret: string; secretName: string },
): void {
  const given = raw.headers[header.toLowerCase()];
  if (given === undefined) throw refused(`the header ${header} is missing`);
  const fields = given.split(',').map((field): [string, string] => {
    const [name = '', ...value] = field.trim().split('=');
    return [name, value.join('=')];
  });
  const time = fields.find(([name]) => name === 't')?.[1] ?? '';
  const signatures = fields.filter(([name]) => name === 'v1').map(([, value]) => value.toLowerCase());
  if (!/^\d{1,12}$/.test(time) || signatures.length === 0) {
    throw refused(`the header ${header} is not written as t=<unix seconds>,v1=<hex>`);
  }
  const expected = createHmac('sha256', secret).update(`${time}.`).update(raw.body).digest('hex');
  if (!signatures.some((signature) => safeEqual(signature, expected))) {
    throw refused(`the signature does not match: compare the connection's ${secretName} with the vendor's`);
  }
  if (Math.abs(raw.receivedAt - Number(time) * 1_000) > windowMs) {
    throw refused('its time is more than five minutes away from ours');
  }
}

const refused = (why: string): FulcrumError =>
  new FulcrumError('auth.signature', `The callback is not accepted: ${why}`);
