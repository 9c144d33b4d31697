import { startApi } from '../../api/server';
import { loadConfig } from '../../platform/config';
import { hubKeys } from '../../platform/development-keys';
import { createLogger } from '../../platform/log';
import { remoteLeverAdmin } from '../../simulators/lever/remote';
import { vendorRoots } from '../../vendors/registry';
import { startWorkers } from '../../workers/start';
import { serve } from '../child';
import { connectHub } from './connect';

/** The hub as `npm start` runs it: api and workers in one process. */
async function main(): Promise<void> {
  const config = loadConfig(process.env, vendorRoots);
  const log = createLogger({ level: config.logLevel, name: 'bench-hub' });
  const keys = hubKeys(config);
  const api = await startApi({ config, log });
  const workers = await startWorkers(config, keys.ring, log);
  const lever = remoteLeverAdmin(String(process.env['BENCH_LEVER_ADMIN']));
  serve({
    connect: () => connectHub({ apiUrl: api.url, operatorToken: keys.operatorToken, lever }),
    pauseWorkers: () => workers.stop(),
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
