import { createHmac } from 'node:crypto';
import { isPing, leverDelivery } from '../../../lever/webhook-schema';
import { verifyLeverWebhook } from '../../../lever/webhook-signature';

const key = '0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778';
/** The test vector of Lever's documented scheme. */
const vector = {
  token: 'a1b2c3d4e5f60718293a4b5c6d7e8f901a2b3c4d5e6f7081',
  triggeredAt: 1767225600123,
  signature: '087c9ced4502d928d87b59fcf5bbc0352f31df6e932c86f72d14c5f90c393a38',
};
const refused = expect.objectContaining({ code: 'auth.signature' });
const day = 86_400_000;

describe('the signature of a Lever webhook', () => {
  it('accepts the test vector with any of several tokens', () => {
    expect(() => verifyLeverWebhook(vector, ['another', key], vector.triggeredAt)).not.toThrow();
  });

  it.each([
    ['another token', { ...vector, token: `${vector.token}0` }, [key]],
    ['another time', { ...vector, triggeredAt: vector.triggeredAt + 1 }, [key]],
    ['a signature of another length', { ...vector, signature: 'ab' }, [key]],
    ['no signature', { ...vector, signature: '' }, [key]],
    ['capital letters', { ...vector, signature: vector.signature.toUpperCase() }, [key]],
    ['the wrong key', vector, [`${key}0`]],
    ['no key at all', vector, []],
  ])('refuses %s', (_, body, keys) => {
    expect(() => verifyLeverWebhook(body, keys, vector.triggeredAt)).toThrow(refused);
  });

  it.each([
    [15 * day, true],
    [15 * day + 1, false],
    [-5 * 60_000, true],
    [-5 * 60_000 - 1, false],
  ])('with an age of %d ms is taken: %s', (age, taken) => {
    const verify = (): void => verifyLeverWebhook(vector, [key], vector.triggeredAt + age);
    if (taken) expect(verify).not.toThrow();
    else expect(verify).toThrow(refused);
  });

  it('is the one that a simulator would compute', () => {
    const message = vector.token + String(vector.triggeredAt);
    expect(createHmac('sha256', key).update(message).digest('hex')).toBe(vector.signature);
  });
});

describe('the shape of a Lever webhook', () => {
  const delivery = { ...vector, event: 'candidateStageChange' };

  it('keeps fields it does not know, and reads the ids', () => {
    const parsed = leverDelivery.parse({
      ...delivery,
      id: 'd',
      data: { opportunityId: 'o', toStageId: 'offer', fromStageId: null, other: 1 },
    });
    expect(parsed.data).toMatchObject({ opportunityId: 'o', toStageId: 'offer', other: 1 });
    expect(isPing(parsed)).toBe(false);
  });

  it.each([{ data: {} }, { data: null }, {}])('takes %j for the test ping of the settings page', (data) => {
    expect(isPing(leverDelivery.parse({ ...delivery, ...data }))).toBe(true);
  });

  it.each([
    { ...delivery, token: undefined },
    { ...delivery, event: '' },
    { ...delivery, triggeredAt: 'today' },
    { ...delivery, data: { opportunityId: 5 } },
    [],
  ])('refuses %j', (body) => {
    expect(leverDelivery.safeParse(body).success).toBe(false);
  });
});
