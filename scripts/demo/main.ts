import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Running } from '../../platform/process';
import { runUntilStopped, unlessStopped } from '../../platform/process';
import { finishCandidate, inviteCandidate } from './candidate';
import { brokenPromises } from './promises';
import { chooseVendors } from './vendors/list';
import type { DemoVendor } from './vendors/vendor';
import type { Customer, World, WorldOptions } from './world';
import { buildWorld } from './world';

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
  // Called off in the middle of its start, a server may still be writing there.
  const forget = (): void => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  try {
    const world = await buildWorld({ ...options, dataDir, say });
    return { ...world, stop: () => world.stop().finally(forget) };
  } catch (error) {
    forget();
    throw error;
  }
}

async function once(vendors: readonly DemoVendor[], stopping: AbortSignal): Promise<Running> {
  // Nobody may take a run that was called off for a whole one.
  const calledOff = (): Error => new Error('Stopped before every promise was seen to be kept.');
  const world = await build({ vendors, fixedPorts: false, stopping }).catch((error: unknown) => {
    throw error === stopping.reason ? calledOff() : error;
  });
  let seen = false;
  const done = async (): Promise<void> => {
    const broken: string[] = [];
    for (const customer of world.customers) broken.push(...(await wholeWay(world, customer)));
    seen = true;
    if (broken.length > 0) throw new Error(broken.map((promise) => `NOT KEPT: ${promise}`).join('\n'));
    say('\nEvery promise was kept.');
  };
  return {
    done: done(),
    stop: async () => {
      await world.stop();
      if (!seen && stopping.aborted) throw calledOff();
    },
  };
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

async function stay(vendors: readonly DemoVendor[], stopping: AbortSignal): Promise<Running> {
  const world = await build({ vendors, fixedPorts: true, stopping });
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
  try {
    for (const customer of world.customers) {
      say(`\n${customer.vendor.label}`);
      await unlessStopped(stopping, inviteCandidate(world.lever, customer, person(customer), say));
    }
  } catch (error) {
    await world.stop();
    throw error;
  }
  say(`
Now it is your turn: open a mailbox, follow the link, go through the assessment, and look at Robin Example in Lever.
Or move somebody else into one of the stages. Ctrl-C stops everything.`);
  return { done: world.hub.done, stop: world.stop };
}

void runUntilStopped(async (stopping) => {
  const { values } = parseArgs({
    options: { once: { type: 'boolean' }, vendor: { type: 'string', multiple: true } },
  });
  stopping.addEventListener('abort', () => say('\nStopping.'));
  const vendors = chooseVendors(values.vendor ?? []);
  return values.once === true ? once(vendors, stopping) : stay(vendors, stopping);
});
