import { createHmac } from 'node:crypto';
import type { RawCallback } from '../../../vendors/define';
import type { TimedSignature } from '../../../vendors/timed-signature';
import { verifyTimedSignature } from '../../../vendors/timed-signature';

/** The ways of signing that no served vendor has, but the next one may; the usual one stands in recorded cases. */

const secret = 'demo-secret';
const body = '{"id":1}';
const now = 1_767_225_600;

const proofOf = (seconds: number): string =>
  `${seconds}:${createHmac('sha256', secret).update(`${seconds}\n${body}`).digest('base64')}`;

const how: TimedSignature = {
  header: 'Acme-Proof',
  secret,
  secretName: 'proofSecret',
  separator: '\n',
  encoding: 'base64',
  windowMinutes: 10,
  layout: {
    written: '<unix seconds>:<base64>',
    read: (value) => {
      const [, time, signature] = /^(\d+):(\S+)$/.exec(value) ?? [];
      return time === undefined || signature === undefined ? null : { time, signatures: [signature] };
    },
  },
};

const verify = (proof: string, options: TimedSignature = how): void => {
  const raw: RawCallback = {
    method: 'POST',
    headers: { 'acme-proof': proof },
    pathRest: '',
    query: {},
    body: Buffer.from(body),
    receivedAt: now * 1_000,
  };
  verifyTimedSignature(raw, options);
};

test('takes another layout, separator, encoding and window', () => {
  expect(() => verify(proofOf(now))).not.toThrow();
  expect(() => verify(proofOf(now - 599))).not.toThrow();
  expect(() => verify(proofOf(now + 599))).not.toThrow();
});

test.each([
  ['older than the window', proofOf(now - 601), how, 'more than 10 minutes away'],
  ['of the future', proofOf(now + 601), how, 'more than 10 minutes away'],
  ['written another way', 't=1,v1=00', how, 'is not written as <unix seconds>:<base64>'],
  ['without a time', proofOf(now).replace(/^\d+/, ''), how, 'is not written as'],
  // Small and large letters are others in base64.
  ['in other letters', proofOf(now).toLowerCase(), how, "compare the connection's proofSecret"],
  ['with another separator', proofOf(now), { ...how, separator: '.' }, 'the signature does not match'],
  ['in another encoding', proofOf(now), { ...how, encoding: 'hex' as const }, 'the signature does not match'],
])('refuses one %s', (_what, proof, options, words) => expect(() => verify(proof, options)).toThrow(words));
