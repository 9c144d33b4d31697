import { loadConfig } from '../platform/config';
import { loadEnvFile } from '../platform/env-file';
import { createLogger } from '../platform/log';
import { runUntilStopped, unlessStopped } from '../platform/process';
import { vendorRoots } from '../vendors/registry';
import { startApi } from './server';

/** `npm run api`: the api alone. */
void runUntilStopped(async (stopping) => {
  loadEnvFile();
  const config = loadConfig(process.env, vendorRoots);
  const log = createLogger({ level: config.logLevel, name: 'api' });
  return unlessStopped(stopping, startApi({ config, log }));
});
