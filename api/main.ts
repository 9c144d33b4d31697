import { loadConfig } from '../platform/config';
import { createLogger } from '../platform/log';
import { runUntilStopped } from '../platform/process';
import { vendorRoots } from '../vendors/registry';
import { startApi } from './server';

/** `npm run api`: the api alone. */
void runUntilStopped(async () => {
  const config = loadConfig(process.env, vendorRoots);
  const log = createLogger({ level: config.logLevel, name: 'api' });
  return startApi({ config, log });
});
