import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchEnv } from '../../../bench/stores';
import { ConfigError, loadConfig } from '../../../platform/config';
import { isGuessable, isGuessableKey } from '../../../platform/crypto/guessable';
import { developmentKeysFile, hubKeys } from '../../../platform/development-keys';
import { writtenKey } from '../../helpers/keys';

/** One that is called, one that calls. */
const vendorRoots = { acme: 'https://api.acme.example/v1', caller: '' };

const faultsOf = (env: NodeJS.ProcessEnv): string[] => {
  try {
    loadConfig(env, vendorRoots);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('configuration', () => {
  it('needs nothing in development', () => {
    const config = loadConfig({}, vendorRoots);
    expect(config).toMatchObject({
      port: 8080,
      publicUrl: 'http://localhost:8080',
      databaseUrl: null,
      dataDir: '.fulcrum',
      temporal: { address: null, namespace: 'default' },
      keys: null,
      operatorToken: null,
      outboundAllow: [],
      logLevel: 'info',
      metricsPort: null,
      reconcileIntervalMs: 600_000,
      refusal: { patienceMs: 900_000, probeEveryMs: 3_600_000, probeForMs: 604_800_000 },
      httpTimeoutMs: 10_000,
      unclearRetryDelayMs: 15_000,
      leverLagMs: 120_000,
      pollIntervalMinMs: 3_600_000,
      pollIntervalMaxMs: 86_400_000,
      worker: { leverRatePerSecond: 10, bundlePath: null },
      retry: { initialIntervalMs: 1000, maxIntervalMs: 300_000, startToCloseMs: 30_000 },
    });
    expect(config.lever.production).toEqual({
      apiUrl: 'https://api.lever.co/v1',
      authUrl: 'https://auth.lever.co',
      audience: 'https://api.lever.co/v1/',
    });
  });

  it('knows the vendors it is told of', () => {
    expect(loadConfig({}, vendorRoots).vendors).toEqual({
      acme: { baseUrl: 'https://api.acme.example/v1', leverClients: {} },
      caller: { baseUrl: '', leverClients: {} },
    });
  });

  it('reads what is given, and takes an empty value for none', () => {
    const config = loadConfig(
      {
        PORT: '9000',
        PUBLIC_URL: 'https://hub.example.com/',
        DATABASE_URL: 'postgres://u:p@db:5432/hub',
        TEMPORAL_ADDRESS: 'temporal:7233',
        TEMPORAL_NAMESPACE: 'hub',
        TEMPORAL_API_KEY: 'secret',
        TEMPORAL_UI_URL: '',
        LEVER_API_URL: 'http://127.0.0.1:4000/v1/',
        ACME_BASE_URL: 'http://127.0.0.1:4001/api/1.0',
        ACME_SANDBOX_LEVER_CLIENT_ID: 'id',
        ACME_SANDBOX_LEVER_CLIENT_SECRET: 'secret',
        OUTBOUND_ALLOW: '127.0.0.0/8, ::1',
        UNCLEAR_RETRY_DELAY: '250ms',
        WORKER_LEVER_RATE: '0',
      },
      vendorRoots,
    );
    expect(config).toMatchObject({
      port: 9000,
      publicUrl: 'https://hub.example.com',
      databaseUrl: 'postgres://u:p@db:5432/hub',
      temporal: { address: 'temporal:7233', namespace: 'hub', apiKey: 'secret', tls: true },
      lever: { production: { apiUrl: 'http://127.0.0.1:4000/v1' } },
      outboundAllow: ['127.0.0.0/8', '::1'],
      unclearRetryDelayMs: 250,
      worker: { leverRatePerSecond: 0 },
    });
    expect(config.temporal).not.toHaveProperty('uiUrl');
    expect(config.vendors['acme']).toEqual({
      baseUrl: 'http://127.0.0.1:4001/api/1.0',
      leverClients: { sandbox: { id: 'id', secret: 'secret' } },
    });
  });

  it('takes variables by the names of earlier releases, unless they are given by their own', () => {
    const former = { SWEEP_BRAKE_ROWS: '7', SWEEP_BRAKE_PERCENT: '11' };
    expect(loadConfig(former, {}).sweep).toMatchObject({ limitRows: 7, limitPercent: 11 });
    expect(loadConfig({ ...former, SWEEP_LIMIT_ROWS: '8' }, {}).sweep.limitRows).toBe(8);
    expect(() => loadConfig({ SWEEP_BRAKE_ROWS: 'many' }, {})).toThrow(/SWEEP_BRAKE_ROWS/);
  });

  it('is frozen to the bottom', () => {
    const config = loadConfig({}, vendorRoots);
    expect(() => Object.assign(config.retry, { maxIntervalMs: 1 })).toThrow(TypeError);
    expect(() => (config.outboundAllow as string[]).push('0.0.0.0/0')).toThrow(TypeError);
  });

  it('reports every fault at once, by the name of its variable', () => {
    const faults = faultsOf({
      NODE_ENV: 'production',
      PORT: 'eighty',
      PUBLIC_URL: 'hub.example.com',
      DATABASE_URL: 'mysql://x',
      LOG_LEVEL: 'loud',
      HTTP_TIMEOUT: 'soon',
      OUTBOUND_ALLOW: '10.0.0.0/33,loopback',
      CALLER_BASE_URL: 'ftp://x',
      ACME_LEVER_CLIENT_ID: 'only the id',
      TEMPORAL_TLS_CLIENT_CERT_PATH: '/no/such/file',
    });
    const names = faults.map((fault) => fault.split(':')[0]);
    expect(names).toEqual(
      expect.arrayContaining([
        'PORT',
        'PUBLIC_URL',
        'DATABASE_URL',
        'LOG_LEVEL',
        'HTTP_TIMEOUT',
        'OUTBOUND_ALLOW',
        'CALLER_BASE_URL',
        'ACME_LEVER_CLIENT_ID',
        'FULCRUM_KEYS',
        'FULCRUM_OPERATOR_TOKEN',
        'TEMPORAL_…',
      ]),
    );
    expect(faults.filter((fault) => fault.startsWith('OUTBOUND_ALLOW'))).toHaveLength(2);
  });

  it.each(['prod', 'Production', 'staging', 'production '])('does not take %j for an environment', (text) => {
    expect(faultsOf({ NODE_ENV: text })).toEqual(['NODE_ENV: must be development or production']);
  });

  it.each([
    'https://hub.example?a=1',
    'https://hub.example/?',
    'https://hub.example/#top',
    'https://somebody@hub.example',
    'https://somebody:secret@hub.example/x',
  ])('does not take %s for a root to which paths are appended', (text) => {
    for (const name of ['PUBLIC_URL', 'TEMPORAL_UI_URL', 'LEVER_AUTH_URL', 'ACME_BASE_URL']) {
      const [fault, ...others] = faultsOf({ [name]: text });
      expect(fault).toBe(
        `${name}: must be an address like https://host/path: without user name and password, ? and #`,
      );
      expect(others).toEqual([]);
    }
    expect(faultsOf({ PUBLIC_URL: 'https://hub.example/a@b' })).toEqual([]);
    expect(faultsOf({ PUBLIC_URL: 'hub.example?a=1' })).toHaveLength(1);
  });

  it.each([
    'a token of several words',
    'kX9pQ2zR7vM4wT1\u00e9',
    'kX9pQ2zR7vM4wT1s\n',
    'kX9pQ2zR7vM4\u200bwT1s',
  ])('does not take %j for a token, which no request could carry', (token) => {
    for (const name of ['FULCRUM_OPERATOR_TOKEN', 'METRICS_TOKEN']) {
      expect(faultsOf({ [name]: token })).toEqual([`${name}: must have no spaces and only ASCII characters`]);
    }
  });

  describe('in production', () => {
    const random = (): string => randomBytes(32).toString('base64');
    const whole = (): Record<string, string> => ({
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://hub.example',
      DATABASE_URL: 'postgres://u:p@db:5432/hub',
      TEMPORAL_ADDRESS: 'temporal:7233',
      FULCRUM_KEYS: `k1:${random()}`,
      FULCRUM_OPERATOR_TOKEN: random(),
      METRICS_TOKEN: random(),
    });

    it('starts with what it was given, on every address', () => {
      expect(loadConfig(whole(), vendorRoots)).toMatchObject({ nodeEnv: 'production', host: null });
    });

    it.each(['PUBLIC_URL', 'DATABASE_URL', 'TEMPORAL_ADDRESS', 'FULCRUM_KEYS', 'FULCRUM_OPERATOR_TOKEN'])(
      'does not start without %s',
      (name) => {
        const faults = faultsOf({ ...whole(), [name]: ' ' });
        expect(faults).toEqual([expect.stringContaining(`${name}: is required in production`)]);
      },
    );

    it.each([
      'aaaaaaaaaaaaaaaa',
      'aaaaaaaabbbbbbbb',
      'abcabcabcabcabca',
      'kX9-pQ2zkX9-pQ2z',
      '1234567890123456',
      'abcdefghijklmnop',
      'zyxwvutsrqponmlk',
      'qwertyuiopasdfgh',
      'change-me-please-now',
      'MyPassword-2031x',
      'an-operator-token-of-ours',
      'fulcrum-fulcrum-token-operator-x1y2z3',
    ])('does not start with the token %s', (token) => {
      for (const name of ['FULCRUM_OPERATOR_TOKEN', 'METRICS_TOKEN']) {
        const faults = faultsOf({ ...whole(), [name]: token });
        expect(faults).toEqual([expect.stringMatching(new RegExp(`^${name}: can be guessed`))]);
        expect(faults.join()).not.toContain(token);
      }
    });

    it('takes what was drawn at random', () => {
      for (let count = 0; count < 1_000; count += 1) {
        const drawn = randomBytes(32);
        const written = [drawn.toString('hex'), drawn.toString('base64'), drawn.toString('base64url')];
        expect(written.filter(isGuessable)).toEqual([]);
        expect(isGuessable(`fulcrum-prod-operator-token-${drawn.toString('hex')}`)).toBe(false);
        expect(isGuessableKey(drawn)).toBe(false);
      }
    });

    it('does not start with a key of one byte, wherever in the ring', () => {
      const zeros = Buffer.alloc(32).toString('base64');
      expect(faultsOf({ ...whole(), FULCRUM_KEYS: `k2:${random()},k1:${zeros}` })).toEqual([
        expect.stringMatching(/^FULCRUM_KEYS: holds a key that can be guessed/),
      ]);
    });

    it('does not start with an http address, unless that is meant', () => {
      const http = { ...whole(), PUBLIC_URL: 'http://localhost:8080' };
      expect(faultsOf(http)).toEqual([expect.stringMatching(/^PUBLIC_URL: .*ALLOW_HTTP_PUBLIC_URL=true/)]);
      expect(faultsOf({ ...http, ALLOW_HTTP_PUBLIC_URL: 'false' })).toHaveLength(1);
      expect(faultsOf({ ...http, ALLOW_HTTP_PUBLIC_URL: 'true' })).toEqual([]);
      expect(faultsOf({ ALLOW_HTTP_PUBLIC_URL: 'yes' })).toHaveLength(1);
    });

    it('does not start where Node takes any certificate', () => {
      expect(faultsOf({ ...whole(), NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toEqual([
        expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED: .*NODE_EXTRA_CA_CERTS/),
      ]);
      expect(faultsOf({ ...whole(), NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toEqual([]);
    });

    it('starts with what a bench gives it', () => {
      const stores = {
        dataDir: '/data',
        databaseUrl: 'postgres://db/fulcrum',
        temporalAddress: 'temporal:7233',
      };
      expect(faultsOf(benchEnv(stores))).toEqual([]);
    });

    it('does not open everything to whoever reads metrics', () => {
      const one = random();
      expect(faultsOf({ ...whole(), METRICS_TOKEN: one, FULCRUM_OPERATOR_TOKEN: one })).toEqual([
        expect.stringMatching(/^METRICS_TOKEN: /),
      ]);
    });

    it('starts with what docker-compose.yml gives it, once .env is filled in', () => {
      const compose = readFileSync(path.join(__dirname, '../../../docker-compose.yml'), 'utf8');
      const [, block = ''] = /&hub-environment\n((?: {4}\S.*\n| {4}#.*\n)+)/.exec(compose) ?? [];
      const given = block.split('\n').flatMap((line): [string, string][] => {
        const [, name, value] = /^ {4}(\w+): (.*)$/.exec(line) ?? [];
        return name === undefined || value === undefined ? [] : [[name, value.replace(/^'|'$/g, '')]];
      });
      const env: Record<string, string> = {
        POSTGRES_PASSWORD: 'x',
        FULCRUM_KEYS: `k1:${random()}`,
        FULCRUM_OPERATOR_TOKEN: random(),
      };
      const filled = given.map(([name, value]): [string, string] => [
        name,
        value.replace(/\$\{(\w+)(?::[-?]([^}]*))?\}/g, (_, wanted: string, otherwise = '') =>
          String(env[wanted] ?? otherwise),
        ),
      ]);
      expect(Object.fromEntries(filled)).toMatchObject({ NODE_ENV: 'production' });
      expect(faultsOf(Object.fromEntries(filled))).toEqual([]);
    });
  });

  it('finds values that do not go together', () => {
    expect(faultsOf({ POLL_INTERVAL_MIN: '2d', HTTP_TIMEOUT: '30s' })).toEqual([
      expect.stringContaining('POLL_INTERVAL_MAX'),
      expect.stringContaining('WORKER_START_TO_CLOSE'),
    ]);
  });

  it.each([
    ['1', 1],
    ['0', 0],
    ['10.0.0.0/8, fd00::/8', ['10.0.0.0/8', 'fd00::/8']],
    ['192.0.2.1', ['192.0.2.1']],
  ])('believes the proxies that TRUST_PROXY=%s names', (text, trustProxy) => {
    expect(loadConfig({ TRUST_PROXY: text }, vendorRoots)).toMatchObject({ trustProxy });
  });

  it('listens for this machine alone, unless it is told otherwise or runs in production', () => {
    expect(loadConfig({}, vendorRoots).host).toBe('127.0.0.1');
    expect(loadConfig({ HOST: '0.0.0.0' }, vendorRoots).host).toBe('0.0.0.0');
    expect(faultsOf({ HOST: 'my-machine' })).toEqual([expect.stringMatching(/^HOST: must be an address/)]);
  });

  it('believes no proxy that nobody named', () => {
    expect(loadConfig({}, vendorRoots)).toMatchObject({ trustProxy: 0 });
  });

  it.each(['true', '11', '-1', '1.5', '0.0.0.0/0', '10.0.0.0/8,::/0', '10.0.0.0/33', 'loopback'])(
    'does not take %s for proxies',
    (text) => {
      expect(faultsOf({ TRUST_PROXY: text })).toEqual([expect.stringMatching(/^TRUST_PROXY: .*proxies/)]);
    },
  );

  it.each([
    'http://localhost:7233',
    'https://temporal.example',
    'localhost:7233/x',
    'localhost:port',
    ':7233',
    'a:0',
    '::1:7233',
    'a:70000',
  ])('does not take %s for the address of Temporal', (text) => {
    expect(faultsOf({ TEMPORAL_ADDRESS: text })).toEqual([
      'TEMPORAL_ADDRESS: must be host:port, such as localhost:7233, without http:// and path',
    ]);
  });

  it.each([
    'temporal:7233',
    'temporal',
    'my-ns.a1b2c.tmprl.cloud:7233',
    '10.0.0.1:7233',
    '[::1]:7233',
    'my_temporal:7233',
  ])('takes %s for the address of Temporal', (text) =>
    expect(loadConfig({ TEMPORAL_ADDRESS: text }, vendorRoots).temporal.address).toBe(text),
  );

  it('never prints a key', () => {
    const key = Buffer.alloc(31, 9).toString('base64');
    const [fault] = faultsOf({ FULCRUM_KEYS: `k1:${key}` });
    expect(fault).toContain('31 bytes');
    expect(fault).not.toContain(key);
  });
});

describe('keys of a development hub', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'fulcrum-keys-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('are made once, for their owner alone, and found again', () => {
    const none = { keys: null, operatorToken: null, dataDir };
    const first = hubKeys(none);
    const second = hubKeys(none);
    expect(first.tokenGenerated).toBe(true);
    expect(second.operatorToken).toBe(first.operatorToken);
    expect(second.ring.first.key.equals(first.ring.first.key)).toBe(true);
    expect(statSync(path.join(dataDir, developmentKeysFile)).mode & 0o777).toBe(0o600);
  });

  it('give way to configured ones, and fill in what is missing', () => {
    const given = hubKeys({ keys: writtenKey('k9'), operatorToken: 'a configured token', dataDir });
    expect(given).toMatchObject({ operatorToken: 'a configured token', tokenGenerated: false });
    expect(() => readFileSync(path.join(dataDir, developmentKeysFile))).toThrow('ENOENT');
    const withKeys = hubKeys({ keys: writtenKey('k9'), operatorToken: null, dataDir });
    expect(withKeys).toMatchObject({ ring: { first: { id: 'k9' } }, tokenGenerated: true });
    const withToken = hubKeys({ keys: null, operatorToken: 'a configured token', dataDir });
    expect(withToken).toMatchObject({ operatorToken: 'a configured token', tokenGenerated: false });
  });

  it('are not replaced when their file is damaged', () => {
    writeFileSync(path.join(dataDir, developmentKeysFile), '{"keys": ');
    expect(() => hubKeys({ keys: null, operatorToken: null, dataDir })).toThrow('delete it together with');
  });
});
