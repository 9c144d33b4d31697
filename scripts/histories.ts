import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld } from '../test/helpers/world';
import { replayKeys } from '../test/replay/keys';
import { startEmbedded } from './embedded/runtime';
import { stories } from './histories/stories';
import { exportHistory } from './histories/write';

const folder = join(__dirname, '..', 'test', 'replay', 'histories');

/** Lives through every kind of run on servers of its own, and keeps the histories for the replay tests. */
async function record(): Promise<void> {
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
      for (const story of stories) {
        for (const recorded of await story(world)) {
          files.set(`${recorded.name}.json`, await exportHistory(world.client, world.ring, recorded));
          console.log(`recorded ${recorded.name}`);
        }
      }
      replaceFolder(files);
    } finally {
      await world.stop();
    }
  } finally {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Only when all were recorded: half a set would look whole. */
function replaceFolder(files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) rmSync(join(folder, old));
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

void record().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
