import type { Status } from '../../domain/lifecycle';
import { SEED } from '../../simulators/lever/seed';
import { applicant, configure, inLever, look, move, operator, patience, runOf } from '../helpers/story';
import type { Delivery, FullAssessment, Person } from '../helpers/story';
import { until } from '../helpers/until';
import { startWorld } from '../helpers/world';
import type { World } from '../helpers/world';
import type { SeenInvitation, Shown, SimulatedVendor, StoryMoment, VendorDriver } from './driver';

/** What the stories are made of: one hub and one simulated vendor, and what people and Lever do with them. */

export interface Scene<Simulated extends SimulatedVendor = SimulatedVendor> {
  world: World;
  vendor: Simulated;
}

/** One hub and one simulator for the stories of a file. */
export function storiesOf<Simulated extends SimulatedVendor>(
  driver: VendorDriver<Simulated>,
): (name: string, play: (scene: Scene<Simulated>) => Promise<void>) => void {
  let scene: Scene<Simulated>;
  beforeAll(async () => {
    const vendor = await driver.start();
    const { credentials, settings, env } = vendor;
    const world = await startWorld({
      connection: { vendor: driver.vendor, credentials },
      settings,
      env,
    }).catch(async (error: unknown) => {
      await vendor.stop();
      throw error;
    });
    scene = { world, vendor };
  }, 120_000);
  afterAll(async () => {
    await scene?.world.stop();
    await scene?.vendor.stop();
  });
  return (name, play) => test(name, () => play(scene), 120_000);
}

/** A new candidate whom the recruiter moves into the trigger stage. */
export function enters(
  scene: Scene,
  change: { name?: string; email?: string } = {},
): Person & { before: string[] } {
  const person = applicant(scene.world, { postingId: scene.vendor.postingId, ...change });
  const before = inLever(scene.world, person).tags;
  move(scene.world, person);
  return { ...person, before };
}

export type Entered = ReturnType<typeof enters>;

/** The one invitation of ours for this person. */
export const invitationOf = (scene: Scene, person: Person): Promise<SeenInvitation> =>
  until(
    'the vendor was asked to invite',
    () => scene.vendor.invitations(person.email).find(({ assessmentId }) => assessmentId !== null),
    patience,
  );

/** Waits until Lever shows exactly what it should, and says how it differs when it never does. */
export async function shows(scene: Scene, person: Entered, what: StoryMoment | Shown): Promise<void> {
  const wanted = typeof what === 'string' ? scene.vendor.shows(what, lastInvitation(scene, person)) : what;
  const fits = (): boolean => differences(scene, person, wanted).length === 0;
  await until('Lever shows what it should', fits, patience).catch(() => {
    expect(differences(scene, person, wanted)).toEqual([]);
  });
}

function lastInvitation(scene: Scene, person: Person): SeenInvitation {
  const invitation = scene.vendor.invitations(person.email).at(-1);
  if (invitation === undefined) throw new Error('there is no invitation to speak of');
  return invitation;
}

function differences(scene: Scene, person: Entered, wanted: Shown): string[] {
  const { tags, links, notes, stage } = inLever(scene.world, person);
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
export async function invitedPerson(scene: Scene): Promise<Entered & { invitation: SeenInvitation }> {
  const person = enters(scene);
  const invitation = await invitationOf(scene, person);
  await shows(scene, person, 'invited');
  return { ...person, invitation };
}

/**
 * All callbacks of the vendor about this run that are on record, oldest first. Several news of one message came at the same
 * time: they stand beside one another in no certain order.
 */
export async function callbacksOf(
  scene: Scene,
  person: Person,
): Promise<(Delivery & { receivedAt: string })[]> {
  const { workflowId, id } = await runOf(scene.world, person);
  const { vendor } = scene.world.connection;
  const path = `/deliveries?limit=200&source=${vendor}`;
  const { body } = await operator<{ data: (Delivery & { receivedAt: string })[] }>(scene.world, 'GET', path);
  const runs = [workflowId, `amendment/${id}`];
  return body.data.filter((one) => one.workflowId !== null && runs.includes(one.workflowId)).reverse();
}

/** Runs with settings that go back afterwards. */
export async function withSettings(
  scene: Scene,
  change: Record<string, unknown>,
  during: () => Promise<void>,
): Promise<void> {
  const before = Object.fromEntries(
    Object.keys(change).map((key) => [key, (scene.vendor.settings[key] ?? null) as unknown]),
  );
  await configure(scene.world, change);
  try {
    await during();
  } finally {
    await configure(scene.world, before);
  }
}

export const invitesOnce = (scene: Scene, person: Person): void =>
  expect(scene.vendor.invitations(person.email)).toHaveLength(1);

/** Waits until news after the end have given the run this state. */
export const amendedTo = (scene: Scene, id: string, status: Status): Promise<FullAssessment> =>
  until(
    `the run is amended to ${status}`,
    async () => {
      const run = await look(scene.world, id);
      return run.status === status ? run : null;
    },
    patience,
  );

export const completion = ({ vendor }: Scene): string => vendor.completedAs ?? 'completed';
