import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld } from '../test/helpers/world';
import { replayKeys } from '../test/replay/keys';
import { startEmbedded } from './embedded/runtime';
import { scenarios } from './histories/scenarios';
import { exportHistory } from './histories/write';

const folder = join(__dirname, '..', 'test', 'replay', 'histories');

/**
 * Lives through every kind of run on servers of its own, and keeps the histories for the replay tests.
 * @param only these scenarios, beside what is recorded already; none: all of them, instead of it
 */
async function record(only: readonly string[]): Promise<void> {
  const unknown = only.find((name) => scenarios[name] === undefined);
  if (unknown !== undefined) {
    throw new Error(`There is no scenario "${unknown}": choose among ${Object.keys(scenarios).join(', ')}.`);
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'fulcrum-histories-'));
  const embedded = await startEmbedded({
    dataDir,
    need: { postgres: true, temporal: true },
    ports: { postgres: 0, temporal: 0, temporalUi: 0 },
    fsync: false,
    log: () => undefined,
  });
  try {
    const world = await startWorld({
      databaseUrl: embedded.databaseUrl as string,
      temporalAddress: embedded.temporalAddress as string,
      keys: replayKeys,
    });
    try {
      const files = new Map<string, string>();
      const chosen = Object.entries(scenarios).filter(([name]) => only.length === 0 || only.includes(name));
      for (const [, scenario] of chosen) {
        for (const recorded of await scenario(world)) {
          files.set(`${recorded.name}.json`, await exportHistory(world.client, world.ring, recorded));
          console.log(`recorded ${recorded.name}`);
        }
      }
      keep(files, only.length === 0);
    } finally {
      await world.stop();
    }
  } finally {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Only when all were recorded: half a set would look whole. */
function keep(files: ReadonlyMap<string, string>, insteadOfAll: boolean): void {
  mkdirSync(folder, { recursive: true });
  for (const old of insteadOfAll ? readdirSync(folder) : []) rmSync(join(folder, old));
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

void record(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
