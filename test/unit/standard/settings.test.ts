import { standardCredentials, standardSettings } from '../../../vendors/standard/settings';

const whsec = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
const read = (change: Record<string, unknown>) =>
  standardCredentials.safeParse({ baseUrl: 'https://vendor.example/api/', secret: whsec(24), ...change });

describe('the credentials of the standard contract', () => {
  it('hold a root without a slash at its end, and a list of keys', () => {
    expect(read({}).data).toEqual({ baseUrl: 'https://vendor.example/api', secret: [Buffer.alloc(24, 7)] });
    expect(read({ secret: [whsec(64), ` ${whsec(24)}\n`] }).data?.secret.map((key) => key.length)).toEqual([
      64, 24,
    ]);
  });

  it.each([
    [[]],
    [[whsec(24), whsec(25), whsec(26)]],
    [whsec(23)],
    [whsec(65)],
    ['secret'],
    ['whsec_'],
    [null],
  ])('refuse the secret %j', (secret) => expect(read({ secret }).success).toBe(false));

  it('say how a secret is written', () => {
    expect(JSON.stringify(read({ secret: [whsec(24), 'secret'] }).error?.issues)).toContain(
      'whsec_ and base64 of 24 to 64 random bytes',
    );
  });

  it.each([
    'vendor.example',
    'ftp://vendor.example',
    'https://user:password@vendor.example',
    'https://vendor.example/api?key=1',
    'https://vendor.example/#api',
  ])('refuse the root %s', (baseUrl) => expect(read({ baseUrl }).success).toBe(false));
});

test('status tags have to differ', () => {
  expect(standardSettings.safeParse({ tags: { invited: 'Assessment Completed' } }).success).toBe(false);
  expect(standardSettings.safeParse({ locale: 'English' }).success).toBe(false);
});
