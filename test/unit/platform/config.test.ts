import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError, loadConfig } from '../../../platform/config';
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

  it('believes no proxy that nobody named', () => {
    expect(loadConfig({}, vendorRoots)).toMatchObject({ trustProxy: 0 });
  });

  it.each(['true', '11', '-1', '1.5', '0.0.0.0/0', '10.0.0.0/8,::/0', '10.0.0.0/33', 'loopback'])(
    'does not take %s for proxies',
    (text) => {
      expect(faultsOf({ TRUST_PROXY: text })).toEqual([expect.stringMatching(/^TRUST_PROXY: /)]);
    },
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
    expect(first.development).toBe(true);
    expect(second.operatorToken).toBe(first.operatorToken);
    expect(second.ring.first.key.equals(first.ring.first.key)).toBe(true);
    expect(statSync(path.join(dataDir, developmentKeysFile)).mode & 0o777).toBe(0o600);
  });

  it('give way to configured ones, and fill in what is missing', () => {
    const given = hubKeys({ keys: writtenKey('k9'), operatorToken: 'a configured token', dataDir });
    expect(given).toMatchObject({ operatorToken: 'a configured token', development: false });
    expect(() => readFileSync(path.join(dataDir, developmentKeysFile))).toThrow('ENOENT');
    expect(hubKeys({ keys: writtenKey('k9'), operatorToken: null, dataDir }).ring.first.id).toBe('k9');
  });

  it('are not replaced when their file is damaged', () => {
    writeFileSync(path.join(dataDir, developmentKeysFile), '{"keys": ');
    expect(() => hubKeys({ keys: null, operatorToken: null, dataDir })).toThrow('delete it together with');
  });
});
