import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runUntilStopped } from '../../platform/process';
import type { Running } from '../../platform/process';
import { finishCandidate, inviteCandidate } from './candidate';
import { brokenPromises } from './promises';
import { chooseVendors } from './vendors/list';
import type { DemoVendor } from './vendors/vendor';
import { buildWorld } from './world';
import type { Customer, World, WorldOptions } from './world';

/**
 * `npm run demo`: the whole hub with a simulated Lever and simulated vendors, for a person to try; `--vendor jobma` has
 * only that one. With `--once` one candidate per vendor goes the whole way without a person; exit 1 names every promise
 * that was not kept.
 */

const say = (line: string): void => console.log(line);
const person = ({ vendor }: Customer): { name: string; email: string } => ({
  name: 'Robin Example',
  email: `robin.${vendor.id}@candidates.test`,
});

/** Everything is new each time: the simulated Lever and the vendors remember nothing either. */
async function build(options: Omit<WorldOptions, 'dataDir' | 'say'>): Promise<World> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'fulcrum-demo-'));
  const forget = (): void => rmSync(dataDir, { recursive: true, force: true });
  try {
    const world = await buildWorld({ ...options, dataDir, say });
    return { ...world, stop: () => world.stop().finally(forget) };
  } catch (error) {
    forget();
    throw error;
  }
}

async function once(vendors: readonly DemoVendor[]): Promise<number> {
  const world = await build({ vendors, fixedPorts: false });
  try {
    const broken: string[] = [];
    for (const customer of world.customers) broken.push(...(await wholeWay(world, customer)));
    for (const promise of broken) console.error(`NOT KEPT: ${promise}`);
    if (broken.length === 0) say('\nEvery promise was kept.');
    return broken.length === 0 ? 0 : 1;
  } finally {
    await world.stop();
  }
}

/** One candidate from the stage change to the result; the promises that were not kept. */
async function wholeWay({ lever }: World, customer: Customer): Promise<string[]> {
  const { label } = customer.vendor;
  say(`\n${label}`);
  const told = await inviteCandidate(lever, customer, person(customer), say);
  await finishCandidate(lever, customer, told, say);
  const { tags, links, notes } = lever.admin.candidate(told.opportunityId);
  say(`Lever's final state: ${JSON.stringify({ tags, links, notes: notes.length })}`);
  return brokenPromises(lever, customer, told).map((promise) => `${label}: ${promise}`);
}

async function stay(vendors: readonly DemoVendor[]): Promise<Running> {
  const world = await build({ vendors, fixedPorts: true });
  const line = (what: string, where: string): string => `  ${what.padEnd(24)} ${where}`;
  say(
    [
      '',
      line('Lever (simulated)', world.lever.url),
      ...world.customers.map(({ vendor, running }) =>
        line(`mailbox at ${vendor.id}`, `${running.url}/mailbox`),
      ),
      line('the hub', world.hub.apiUrl),
      line('Temporal Web UI', world.hub.temporalUiUrl ?? '-'),
      line('operator token', world.hub.operatorToken),
    ].join('\n'),
  );
  for (const customer of world.customers) {
    say(`\n${customer.vendor.label}`);
    await inviteCandidate(world.lever, customer, person(customer), say);
  }
  say(`
Now it is your turn: open a mailbox, follow the link, go through the assessment, and look at Robin Example in Lever.
Or move somebody else into one of the stages. Ctrl-C stops everything.`);
  return { done: world.hub.done, stop: world.stop };
}

async function start(): Promise<void> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean' }, vendor: { type: 'string', multiple: true } },
  });
  const vendors = chooseVendors(values.vendor ?? []);
  if (values.once !== true) return runUntilStopped(() => stay(vendors));
  process.exit(await once(vendors));
}

start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
