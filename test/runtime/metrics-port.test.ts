import { type AddressInfo, createServer } from 'node:net';
import { loadConfig } from '../../platform/config';
import { createLogger } from '../../platform/log';
import { vendorRoots } from '../../vendors/registry';
import { installRuntime, metricsAddress } from '../../workers/runtime';

test('a METRICS_PORT that somebody else has is named, with the way out', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    const config = loadConfig({ METRICS_PORT: String(port) }, vendorRoots);
    const log = createLogger({ level: 'silent', name: 'hub' });
    expect(() => installRuntime(config, log)).toThrow(
      new RegExp(`^Port ${port} for metrics: .*in use.* Set METRICS_PORT to a free one\\.$`),
    );
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

test.each([
  ['on this machine alone in development', {}, '127.0.0.1:9464'],
  ['on every address in a container', { HOST: '0.0.0.0' }, '0.0.0.0:9464'],
  ['on an address of IPv6', { HOST: '::1' }, '[::1]:9464'],
])('metrics are served where HOST says: %s', (_, env, address) => {
  expect(metricsAddress(loadConfig({ METRICS_PORT: '9464', ...env }, vendorRoots))).toBe(address);
});

test('in production, where api listens on every address, metrics do as well', () => {
  expect(metricsAddress({ host: null, metricsPort: 9464 })).toBe('0.0.0.0:9464');
  expect(metricsAddress({ host: null, metricsPort: null })).toBeNull();
});
