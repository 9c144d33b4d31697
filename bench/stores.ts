import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AtEnd } from '../scripts/assemble';
import { type EmbeddedRuntime, startEmbedded } from '../scripts/embedded/runtime';

/** PostgreSQL and Temporal for one run. Everything is new and lies in a temporary folder, so no run is measured on what another one left behind. */
export async function startStores(atEnd: AtEnd): Promise<{ embedded: EmbeddedRuntime; env: BenchEnv }> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'fulcrum-bench-'));
  atEnd(() => rmSync(dataDir, { recursive: true, force: true }));
  const embedded = await startEmbedded({
    dataDir,
    need: { postgres: true, temporal: true },
    ports: { temporal: 0, temporalUi: 0 },
  });
  atEnd(() => embedded.stop());
  return { embedded, env: benchEnv({ dataDir, ...embedded }) };
}

interface StoresOfBench extends Pick<EmbeddedRuntime, 'databaseUrl' | 'temporalAddress'> {
  dataDir: string;
}

/** What every process of a bench is started with. */
export type BenchEnv = ReturnType<typeof benchEnv>;

/** A hub's as in production, but on loopback; where it is found, its own start says. */
export function benchEnv({ dataDir, databaseUrl, temporalAddress }: StoresOfBench) {
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PUBLIC_URL: 'http://localhost:8080',
    ALLOW_HTTP_PUBLIC_URL: 'true',
    LOG_LEVEL: 'error',
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl ?? '',
    TEMPORAL_ADDRESS: temporalAddress ?? '',
    FULCRUM_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    FULCRUM_OPERATOR_TOKEN: randomBytes(24).toString('base64url'),
    OUTBOUND_ALLOW: '127.0.0.0/8,::1/128',
  };
}
