import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedRuntime, startEmbedded } from '../../scripts/embedded/runtime';

/** How the teardown, which runs in the same process, finds what the setup started. */
export interface TestServers {
  runtime: EmbeddedRuntime;
  folder: string;
}

declare global {
  var fulcrumTestServers: TestServers | undefined;
}

/**
 * One PostgreSQL and one Temporal server for the whole run, unless DATABASE_URL or TEMPORAL_ADDRESS names one.
 * Tests find them in FULCRUM_TEST_DATABASE_URL and FULCRUM_TEST_TEMPORAL_ADDRESS.
 */
export default async function globalSetup(): Promise<void> {
  const { DATABASE_URL, TEMPORAL_ADDRESS } = process.env;
  const folder = await mkdtemp(join(tmpdir(), 'fulcrum-test-'));
  const runtime = await startEmbedded({
    dataDir: folder,
    need: { postgres: !DATABASE_URL, temporal: !TEMPORAL_ADDRESS },
    ports: { postgres: 0, temporal: 0, temporalUi: 0 },
    fsync: false,
  });
  globalThis.fulcrumTestServers = { runtime, folder };
  process.env['FULCRUM_TEST_DATABASE_URL'] = DATABASE_URL || runtime.databaseUrl;
  process.env['FULCRUM_TEST_TEMPORAL_ADDRESS'] = TEMPORAL_ADDRESS || runtime.temporalAddress;
}
