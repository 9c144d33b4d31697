import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '../../scripts/assemble';
import { startEmbedded } from '../../scripts/embedded/runtime';
import type { Stoppable } from './use-world';

declare global {
  /** How the teardown, which runs in the same process, finds what the setup started. */
  var fulcrumTestServers: Stoppable | undefined;
}

/**
 * One PostgreSQL and one Temporal server for the whole run, unless DATABASE_URL or TEMPORAL_ADDRESS names one.
 * Tests find them in FULCRUM_TEST_DATABASE_URL and FULCRUM_TEST_TEMPORAL_ADDRESS.
 */
export default async function globalSetup(): Promise<void> {
  const { DATABASE_URL, TEMPORAL_ADDRESS } = process.env;
  const servers = await assemble(async (atEnd) => {
    const folder = await mkdtemp(join(tmpdir(), 'fulcrum-test-'));
    atEnd(() => rm(folder, { recursive: true, force: true }));
    const { databaseUrl, temporalAddress, stop } = await startEmbedded({
      dataDir: folder,
      need: { postgres: !DATABASE_URL, temporal: !TEMPORAL_ADDRESS },
      ports: { postgres: 0, temporal: 0, temporalUi: 0 },
      fsync: false,
    });
    atEnd(stop);
    return { databaseUrl, temporalAddress };
  });
  globalThis.fulcrumTestServers = servers;
  process.env['FULCRUM_TEST_DATABASE_URL'] = DATABASE_URL || servers.databaseUrl;
  process.env['FULCRUM_TEST_TEMPORAL_ADDRESS'] = TEMPORAL_ADDRESS || servers.temporalAddress;
}
