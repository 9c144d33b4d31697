import { loadConfig } from '../platform/config';
import { hubKeys } from '../platform/development-keys';
import { loadEnvFile } from '../platform/env-file';
import { createLogger } from '../platform/log';
import { runUntilStopped, unlessStopped } from '../platform/process';
import { vendorRoots } from '../vendors/registry';
import { startWorkers } from './start';

/** `npm run worker`: the workers alone. */
void runUntilStopped(async (stopping) => {
  loadEnvFile();
  const config = loadConfig(process.env, vendorRoots);
  const log = createLogger({ level: config.logLevel, name: 'worker' });
  const workers = await unlessStopped(stopping, startWorkers(config, hubKeys(config).ring, log));
  log.info('workers are running');
  return workers;
});
