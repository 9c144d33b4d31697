import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finishCandidate, inviteCandidate } from './candidate';
import { brokenPromises } from './promises';
import { buildWorld } from './world';

/**
 * `npm run demo`: the whole hub with a simulated Lever and a simulated vendor, for a person to try.
 * `npm run demo -- --once`: one candidate to the end without a person; exit 1 names every promise that was not kept.
 */

const say = (line: string): void => console.log(line);
const person = { name: 'Robin Example', email: 'robin.example@candidates.test' };

async function once(): Promise<number> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'fulcrum-demo-'));
  try {
    const world = await buildWorld({ dataDir, fixedPorts: false, say });
    try {
      const told = await inviteCandidate(world, person, say);
      await finishCandidate(world, told, say);
      const { tags, links, notes, stage } = world.lever.admin.candidate(told.opportunityId);
      say(`\nLever's final state:\n${JSON.stringify({ stage, tags, links, notes: notes.length }, null, 2)}`);
      const broken = brokenPromises(world, told);
      for (const promise of broken) console.error(`NOT KEPT: ${promise}`);
      if (broken.length === 0) say('\nEvery promise was kept.');
      return broken.length === 0 ? 0 : 1;
    } finally {
      await world.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function stay(): Promise<void> {
  const world = await buildWorld({ dataDir: path.join('.fulcrum', 'demo'), fixedPorts: true, say });
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      say('\nstopping …');
      void world.stop().then(() => process.exit(0));
    });
  }
  say(`
  Lever (simulated)        ${world.lever.url}
  the candidates' mailbox  ${world.pop.url}/mailbox
  the hub                  ${world.hub.apiUrl}
  Temporal Web UI          ${world.hub.temporalUiUrl ?? '-'}
  operator token           ${world.hub.operatorToken}
`);
  await inviteCandidate(world, person, say);
  say(`
Now it is your turn: open the mailbox, follow the link, answer the questionnaire, and look at ${person.name} in Lever.
Or move somebody else into the stage Assessment. Ctrl-C stops everything.`);
}

if (process.argv.includes('--once')) {
  once().then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    },
  );
} else {
  stay().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
