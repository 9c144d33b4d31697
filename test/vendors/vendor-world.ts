import type { Status } from '../../domain/lifecycle';
import { assemble } from '../../scripts/assemble';
import { SEED } from '../../simulators/lever/seed';
import type { Delivery, FullAssessment, Person } from '../helpers/actions';
import { applicant, configure, inLever, look, move, operator, runOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import type { World, WorldOptions } from '../helpers/world';
import { startWorld } from '../helpers/world';
import type { PlanTrigger, SeenInvitation, Shown, SimulatedVendor, VendorDriver } from './driver';

/** What the scenarios are made of: one hub and one simulated vendor, and what people and Lever do with them. */

export interface VendorWorld<Simulated extends SimulatedVendor = SimulatedVendor> extends World {
  vendor: Simulated;
}

/**
 * A hub with a connection of this vendor's, between its simulator and Lever's.
 * @param env more of the hub's configuration
 * @throws whatever keeps a part of it from starting
 */
export const startVendorWorld = <Simulated extends SimulatedVendor>(
  driver: VendorDriver<Simulated>,
  env: Record<string, string> = {},
  options: Pick<WorldOptions, 'leverBy' | 'log'> = {},
): Promise<VendorWorld<Simulated>> =>
  assemble(async (atEnd) => {
    const vendor = await driver.start();
    atEnd(() => vendor.stop());
    const { credentials, settings } = vendor;
    const world = await startWorld({
      ...options,
      connection: { vendor: driver.vendor, credentials },
      settings,
      env: { ...vendor.env, ...env },
    });
    atEnd(() => world.stop());
    return { ...world, vendor };
  });

/**
 * One world for the scenarios of a file, or of the `describe` around the call.
 * @param env more of the hub's configuration
 * @returns what `test` is elsewhere; the test is given the world
 */
export function scenariosOf<Simulated extends SimulatedVendor>(
  driver: VendorDriver<Simulated>,
  env: Record<string, string> = {},
): (name: string, play: (world: VendorWorld<Simulated>) => Promise<void>) => void {
  const world = useWorld(() => startVendorWorld(driver, env));
  return (name, play) => test(name, () => play(world));
}

/** A new candidate whom the recruiter moves into the trigger stage. */
export function enters(
  world: VendorWorld,
  change: { name?: string; email?: string } = {},
): Person & { before: string[] } {
  const person = applicant(world, { postingId: world.vendor.postingId, ...change });
  const before = inLever(world, person).tags;
  move(world, person);
  return { ...person, before };
}

export type Entered = ReturnType<typeof enters>;

/** The one invitation of ours for this person. */
export const invitationOf = (world: VendorWorld, person: Person): Promise<SeenInvitation> =>
  until('the vendor was asked to invite', () =>
    world.vendor.invitations(person.email).find(({ assessmentId }) => assessmentId !== null),
  );

/** Waits until Lever shows exactly what it should, and says how it differs when it never does. */
export async function shows(world: VendorWorld, person: Entered, what: PlanTrigger | Shown): Promise<void> {
  const wanted = typeof what === 'string' ? world.vendor.shows(what, lastInvitation(world, person)) : what;
  await until(
    'Lever shows what it should',
    () => differences(world, person, wanted),
    ({ length }) => length === 0,
  );
}

function lastInvitation(world: VendorWorld, person: Person): SeenInvitation {
  const invitation = world.vendor.invitations(person.email).at(-1);
  if (invitation === undefined) throw new Error('there is no invitation to speak of');
  return invitation;
}

function differences(world: VendorWorld, person: Entered, wanted: Shown): string[] {
  const { tags, links, notes, stage } = inLever(world, person);
  const seen = {
    tags: tags.filter((tag) => !person.before.includes(tag)).sort(),
    links: [...links].sort(),
    stage: String(stage),
  };
  const texts = notes.map(textOf);
  const expected = {
    tags: [...wanted.tags].sort(),
    links: [...wanted.links].sort(),
    stage: wanted.stage ?? SEED.stages.assessment,
  };
  return [
    ...(Object.keys(expected) as (keyof typeof expected)[])
      .filter((key) => JSON.stringify(seen[key]) !== JSON.stringify(expected[key]))
      .map((key) => `${key}: ${JSON.stringify(seen[key])} instead of ${JSON.stringify(expected[key])}`),
    ...wanted.notes
      .filter((piece) => !texts.some((text) => text.includes(piece)))
      .map((piece) => `no note says: ${piece}`),
    ...(texts.length === wanted.notes.length ? [] : [`notes: ${JSON.stringify(texts)}`]),
  ];
}

const textOf = (note: object): string => JSON.stringify(note);

/** A candidate whose invitation Lever shows. */
export async function invitedPerson(world: VendorWorld): Promise<Entered & { invitation: SeenInvitation }> {
  const person = enters(world);
  const invitation = await invitationOf(world, person);
  await shows(world, person, 'invited');
  return { ...person, invitation };
}

/**
 * All callbacks of the vendor about this run that are on record, oldest first. Several news of one message came at the same
 * time: they stand beside one another in no certain order.
 */
export async function callbacksOf(
  world: VendorWorld,
  person: Person,
): Promise<(Delivery & { receivedAt: string })[]> {
  const { workflowId, id } = await runOf(world, person);
  const { vendor } = world.connection;
  const path = `/deliveries?limit=200&source=${vendor}`;
  const { body } = await operator<{ data: (Delivery & { receivedAt: string })[] }>(world, 'GET', path);
  const runs = [workflowId, `amendment/${id}`];
  return body.data.filter((one) => one.workflowId !== null && runs.includes(one.workflowId)).reverse();
}

/** The same, once there are this many. */
export const callbacksCame = (
  world: VendorWorld,
  person: Person,
  count: number,
): ReturnType<typeof callbacksOf> =>
  until(
    `${count} callbacks are on record`,
    () => callbacksOf(world, person),
    ({ length }) => length === count,
  );

/** Runs with settings that go back afterwards. */
export async function withSettings(
  world: VendorWorld,
  change: Record<string, unknown>,
  during: () => Promise<void>,
): Promise<void> {
  const before = Object.fromEntries(
    Object.keys(change).map((key) => [key, (world.vendor.settings[key] ?? null) as unknown]),
  );
  await configure(world, change);
  try {
    await during();
  } finally {
    await configure(world, before);
  }
}

/** Expects that the vendor has one invitation for this address. */
export const invitesOnce = (world: VendorWorld, person: Person): void =>
  expect(world.vendor.invitations(person.email)).toHaveLength(1);

/** Waits until news after the end have given the run this state. */
export const amendedTo = (world: VendorWorld, id: string, status: Status): Promise<FullAssessment> =>
  until(
    `the run is amended to ${status}`,
    () => look(world, id),
    (run) => run.status === status,
  );

/** The event as which the hub takes the vendor's word that the candidate is done. */
export const completion = ({ vendor }: VendorWorld): string => vendor.completedAs ?? 'completed';
