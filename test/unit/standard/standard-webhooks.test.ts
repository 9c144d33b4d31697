import { createHmac } from 'node:crypto';
import { readWebhookSecret, verifyWebhook, webhookHeaders } from '../../../platform/crypto/standard-webhooks';

/**
 * The cases that the libraries of standard-webhooks/standard-webhooks are tested with (JavaScript, Python, Go, Java, …),
 * and what they leave open.
 */

const secret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const key = readWebhookSecret(secret) as Buffer;
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const body = Buffer.from('{"test": 2432232314}');
const now = 1_614_265_330_000;
const another = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';

const headersAt = (at: number, keys: readonly Buffer[] = [key]): Record<string, string> =>
  webhookHeaders({ id, at, body }, keys);

function verdict(
  headers: Record<string, string | undefined>,
  change: { body?: Buffer; keys?: Buffer[] } = {},
) {
  try {
    verifyWebhook({ headers, body: change.body ?? body, receivedAt: now }, change.keys ?? [key]);
    return 'accepted';
  } catch (error) {
    expect(error).toMatchObject({ code: 'auth.signature' });
    return (error as Error).message.replace('The message is not accepted: ', '');
  }
}

describe('a secret', () => {
  it('is read with and without its prefix', () => {
    expect(readWebhookSecret(`whsec_${secret}`)).toEqual(key);
    expect(key).toHaveLength(24);
  });

  it('is read with and without its padding', () => {
    const padded = Buffer.alloc(25, 7).toString('base64');
    expect(padded.endsWith('==')).toBe(true);
    for (const text of [padded, padded.replace(/(?<!=)=+$/, '')]) {
      expect(readWebhookSecret(`whsec_${text}`)).toEqual(Buffer.alloc(25, 7));
    }
  });

  it.each([
    '',
    'whsec_',
    'whsec_ab',
    `whsec_${'A'.repeat(88)}`,
    `whsk_${secret}`,
    'not base64 at all, but long',
  ])('is not "%s"', (text) => expect(readWebhookSecret(text)).toBeNull());
});

describe('a signature', () => {
  it('is the one that all libraries make', () => {
    expect(headersAt(now)).toEqual({
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('that is valid is accepted', () => expect(verdict(headersAt(now))).toBe('accepted'));

  it('of an empty body is accepted', () => {
    const empty = Buffer.alloc(0);
    expect(verdict(webhookHeaders({ id, at: now, body: empty }, [key]), { body: empty })).toBe('accepted');
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s is refused', (name) => {
    expect(verdict({ ...headersAt(now), [name]: undefined })).toBe(`missing headers: ${name}`);
    expect(verdict({ ...headersAt(now), [name]: '' })).toBe(`missing headers: ${name}`);
  });

  it('names everything that is missing', () => {
    expect(verdict({})).toBe('missing headers: webhook-id, webhook-timestamp, webhook-signature');
  });

  it.each(['hello', '12.5', '-5', '1e9', `${'9'.repeat(13)}`])('with the time %s is refused', (time) => {
    expect(verdict({ ...headersAt(now), 'webhook-timestamp': time })).toMatch('no time in seconds');
  });

  it.each([
    ['another one', another],
    ['no base64', 'v1,dawfeoifkpqwoekfpqoekf'],
    ['a piece of it', headersAt(now)['webhook-signature']?.slice(0, 8)],
    ['nothing behind the version', 'v1,'],
    ['off by one letter', headersAt(now)['webhook-signature']?.replace(/E=$/, 'A=')],
    ['more than it', `${headersAt(now)['webhook-signature']}x`],
  ])('that is %s is refused', (_what, signature) => {
    expect(verdict({ ...headersAt(now), 'webhook-signature': signature })).toMatch('no signature matches');
  });

  it.each(['v2', 'v1a', 'V1', ''])('of the version "%s" is refused', (version) => {
    const signature = headersAt(now)['webhook-signature']?.replace('v1', version);
    expect(verdict({ ...headersAt(now), 'webhook-signature': signature })).toMatch('v1,<base64>');
  });

  it.each(['v1', 'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=', ',', ' '])(
    'that lacks a part ("%s") is refused',
    (signature) => {
      expect(verdict({ ...headersAt(now), 'webhook-signature': signature })).toMatch('v1,<base64>');
    },
  );

  it('among others is found', () => {
    const signatures = [another, another.replace('v1', 'v2'), headersAt(now)['webhook-signature'], another];
    expect(verdict({ ...headersAt(now), 'webhook-signature': signatures.join(' ') })).toBe('accepted');
    const foreign = signatures.filter((one) => one !== headersAt(now)['webhook-signature']);
    expect(verdict({ ...headersAt(now), 'webhook-signature': foreign.join(' ') })).toMatch(
      'no signature matches',
    );
  });

  it('is over id, time and body', () => {
    expect(verdict({ ...headersAt(now), 'webhook-id': 'msg_other' })).toMatch('no signature matches');
    expect(verdict({ ...headersAt(now), 'webhook-timestamp': '1614265331' })).toMatch('no signature matches');
    expect(verdict(headersAt(now), { body: Buffer.from('{"test":2432232314}') })).toMatch(
      'no signature matches',
    );
  });

  it('is over the bytes, not over what they decode to', () => {
    const bytes = Buffer.from([0xff, 0xfe]);
    const decoded = Buffer.from(bytes.toString('utf8'));
    const headers = webhookHeaders({ id, at: now, body: bytes }, [key]);
    expect(verdict(headers, { body: bytes })).toBe('accepted');
    expect(verdict(headers, { body: decoded })).toMatch('no signature matches');
  });

  it('is valid for five minutes either way, and not a second longer', () => {
    const minutes = 5 * 60_000;
    for (const at of [now - minutes, now + minutes]) expect(verdict(headersAt(at))).toBe('accepted');
    for (const at of [now - minutes - 1_000, now + minutes + 1_000]) {
      expect(verdict(headersAt(at))).toMatch('five minutes');
    }
    expect(verdict(headersAt(Date.UTC(2000, 0)))).toMatch('five minutes');
  });
});

describe('while a secret changes', () => {
  const next = createHmac('sha256', 'the next secret').digest();

  it('messages carry a signature for each', () => {
    const headers = headersAt(now, [next, key]);
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const keys of [[key], [next], [next, key]]) expect(verdict(headers, { keys })).toBe('accepted');
  });

  it('either is accepted, and afterwards only the new one', () => {
    expect(verdict(headersAt(now), { keys: [next, key] })).toBe('accepted');
    expect(verdict(headersAt(now), { keys: [next] })).toMatch('no signature matches');
    expect(verdict(headersAt(now), { keys: [] })).toMatch('no signature matches');
  });
});
