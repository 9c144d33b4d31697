import { type AddressInfo, createServer } from 'node:net';
import { loadConfig } from '../../platform/config';
import { createLogger } from '../../platform/log';
import { vendorRoots } from '../../vendors/registry';
import { installRuntime } from '../../workers/runtime';

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
