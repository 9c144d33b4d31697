import { createHmac } from 'node:crypto';
import { FulcrumError } from '../domain/errors';
import { safeEqual } from '../platform/crypto/hmac';
import type { RawCallback } from './define';

/** How the header is written that proves a message. */
export interface SignatureLayout {
  /** For the vendor's developer, e.g. `t=<unix seconds>,v1=<hex>`. */
  written: string;
  /** Time in unix seconds and signatures, of which one has to match; null where it is not written so. */
  read: (value: string, headers: RawCallback['headers']) => { time: string; signatures: string[] } | null;
}

export interface TimedSignature {
  header: string;
  secret: string;
  /** As the connection's credentials call it. */
  secretName: string;
  /** Default: {@link timeAndV1}. */
  layout?: SignatureLayout;
  /** What is signed between the time and the body. Default: a dot. */
  separator?: string;
  /** Of the signature. Default: hex. */
  encoding?: 'hex' | 'base64';
  /** Both sides of now, because a clock may be wrong either way. Default: five. */
  windowMinutes?: number;
}

/** Several `v1` are allowed, so that a secret can be changed while messages are under way. */
const timeAndV1: SignatureLayout = {
  written: 't=<unix seconds>,v1=<hex>',
  read: (value) => {
    const fields = value.split(',').map((field): [string, string] => {
      const [name = '', ...rest] = field.trim().split('=');
      return [name, rest.join('=')];
    });
    const time = fields.find(([name]) => name === 't')?.[1] ?? '';
    return { time, signatures: fields.filter(([name]) => name === 'v1').map(([, text]) => text) };
  },
};

/** A vendor's `verify`, where its messages are signed with this one of its credentials and nothing else is special. */
export const signedWith =
  <Name extends string>(secretName: Name, header: string) =>
  (raw: RawCallback, credentials: Record<Name, string>): void => {
    verifyTimedSignature(raw, { header, secret: credentials[secretName], secretName });
  };

/**
 * Checks a header with a time and an HMAC-SHA256 of this time and the bytes as they came, as many vendors sign:
 * `t=<unix seconds>,v1=<hex of "t.body">`, or what the options say instead.
 * @throws FulcrumError `auth.signature`, saying what is wrong
 */
export function verifyTimedSignature(raw: RawCallback, how: TimedSignature): void {
  const { header, secret, secretName, layout = timeAndV1 } = how;
  const { separator = '.', encoding = 'hex', windowMinutes = 5 } = how;
  const given = raw.headers[header.toLowerCase()];
  if (given === undefined) throw refused(`the header ${header} is missing`);
  const { time, signatures } = layout.read(given, raw.headers) ?? { time: '', signatures: [] };
  if (!/^\d{1,12}$/.test(time) || signatures.length === 0) {
    throw refused(`the header ${header} is not written as ${layout.written}`);
  }
  const signed = createHmac('sha256', secret).update(`${time}${separator}`).update(raw.body);
  const expected = signed.digest(encoding);
  const plain = (signature: string): string => (encoding === 'hex' ? signature.toLowerCase() : signature);
  if (!signatures.some((signature) => safeEqual(plain(signature), expected))) {
    throw refused(`the signature does not match: compare the connection's ${secretName} with the vendor's`);
  }
  if (Math.abs(raw.receivedAt - Number(time) * 1_000) > windowMinutes * 60_000) {
    throw refused(`its time is more than ${windowMinutes} minutes away from ours`);
  }
}

const refused = (why: string): FulcrumError =>
  new FulcrumError('auth.signature', `The callback is not accepted: ${why}`);
