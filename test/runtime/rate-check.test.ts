import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { loadConfig } from '../../platform/config';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { createLogger } from '../../platform/log';
import { freePort } from '../../scripts/embedded/machine';
import { vendorRoots } from '../../vendors/registry';
import { startRateCheck } from '../../workers/rate-check';
import { installRuntime } from '../../workers/runtime';
import { freshNamespace, temporalAddress } from '../helpers/temporal';
import { until } from '../helpers/until';

const address = temporalAddress();
const keys = `rates:${randomBytes(32).toString('base64')}`;

function listening() {
  const lines: { msg: string }[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString('utf8')) as { msg: string });
      done();
    },
  });
  return { log: createLogger({ level: 'debug', name: 'test', destination }), lines };
}

const configOf = (change: Record<string, string>) =>
  loadConfig({ TEMPORAL_ADDRESS: address, FULCRUM_KEYS: keys, ...change }, vendorRoots);

test('a worker tells at its start whether the rates are kept, in its log and as a gauge', async () => {
  const metricsPort = await freePort();
  const config = configOf({
    TEMPORAL_NAMESPACE: await freshNamespace(address),
    METRICS_PORT: `${metricsPort}`,
  });
  const { log, lines } = listening();
  installRuntime(config, log);
  const start = () => startRateCheck(config, parseKeyRing(keys), log);
  let check = start();
  try {
    await until(
      'it is told',
      async () => {
        // The machine has better to do just now: as a worker that is started once more.
        if (/too busy/.test(lines.at(-1)?.msg ?? '')) {
          lines.length = 0;
          await check.stop();
          check = start();
        }
        return lines;
      },
      (told) => told.some(({ msg }) => msg === 'the Temporal server keeps the rate of each Lever account'),
    );
    const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    expect(await answer.text()).toMatch(/^fulcrum_lever_rate_kept(\{.*\})? 1$/m);
  } finally {
    await check.stop();
  }
});

test('rates that are lifted are not asked for', async () => {
  const { log, lines } = listening();
  const config = configOf({ WORKER_LEVER_RATE: '0', TEMPORAL_ADDRESS: '127.0.0.1:1' });
  await startRateCheck(config, parseKeyRing(keys), log).stop();
  expect(lines.map(({ msg }) => msg)).toEqual([
    'the rates are lifted by configuration: not asked whether the server keeps them',
  ]);
});

test('a server that is away is told, and ends nothing', async () => {
  const { log, lines } = listening();
  const config = configOf({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
  const check = startRateCheck(config, parseKeyRing(keys), log);
  await until('it is told', () => lines[0]);
  expect(lines[0]?.msg).toMatch(/could not be found out/);
  await check.stop();
});
