import { SEED } from '../../simulators/lever/seed';
import type { DocumentKind } from '../../simulators/upwage/state';
import { applicant, configure } from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import {
  answers,
  converse,
  events,
  finished,
  opportunitiesOf,
  runsOfSession,
  session,
  someAddress,
  startUpwageWorld,
  usualSettings,
} from './upwage-world';

/** Upwage begins its runs itself, so what it must go through differs from the other vendors' scenarios. */

const { storeClerk, shiftLead, storeManager } = SEED.postings;
const passed = 'UW Screened: PASSED';

const world = useWorld(startUpwageWorld);

const inLever = (id: string | null) => world.lever.admin.candidate(String(id));

/** Requests that changed Lever about one opportunity, in their order. */
const writes = (opportunityId: string): string[] =>
  world.lever.admin
    .requests()
    .filter(({ method, path }) => method !== 'GET' && path.includes(opportunityId))
    .map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);

/** Runs of a session that are over, newest first. */
const closedRuns = async (id: string) =>
  (await runsOfSession(world, id)).filter(({ closedAt }) => closedAt !== null);
/** Waits until so many of them are. */
const runsOver = (id: string, count: number) =>
  until(
    `${count} runs are over`,
    () => closedRuns(id),
    ({ length }) => length >= count,
  );

test('brings document, tag and then the move to the opportunity of the posting', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const other = applicant(world, { postingId: storeManager, email: person.email });
  const { id } = session(world, { email: person.email.toUpperCase() });
  world.upwage.admin.complete(id);
  const run = await finished(world, id);
  expect(run).toMatchObject({ opportunity: person.opportunityId, status: 'completed' });
  const shown = inLever(person.opportunityId);
  expect(shown.tags).toContain(passed);
  expect(shown.stage).toBe(SEED.stages.review);
  expect(shown.files.map(({ name }) => name)).toEqual([expect.stringMatching(/^SuperScreener-\w{8}\.pdf$/)]);
  expect(shown.notes).toEqual([]);
  expect(writes(person.opportunityId).at(-1)).toBe('PUT stage');
  expect(writes(person.opportunityId).sort()).toEqual(['POST addTags', 'POST files', 'PUT stage']);
  expect(inLever(other.opportunityId).tags).not.toContain(passed);
  expect(await answers(world, id)).toEqual([202]);
});

test('takes the opportunity that the vendor names, whoever it is', async () => {
  const person = applicant(world, { postingId: storeManager });
  const { id } = session(world, { email: someAddress(), leverOpportunityId: person.opportunityId });
  world.upwage.admin.complete(id);
  expect(await finished(world, id)).toMatchObject({ opportunity: person.opportunityId });
});

test('takes any open opportunity of the person when the posting has none, and none that is archived', async () => {
  const person = applicant(world, { postingId: storeManager });
  const archived = applicant(world, { postingId: storeClerk, email: person.email });
  world.lever.admin.archive(archived.opportunityId);
  const { id } = session(world, { email: person.email, leverOpportunityId: archived.opportunityId });
  world.upwage.admin.complete(id);
  expect(await finished(world, id)).toMatchObject({ opportunity: person.opportunityId });
});

test('enters somebody new for the posting of the screener', async () => {
  const email = someAddress();
  const { id } = session(world, { email, leverOpportunityId: 'no-such-opportunity' });
  world.upwage.admin.complete(id);
  const run = await finished(world, id);
  const [made, ...more] = opportunitiesOf(world, email);
  expect(more).toEqual([]);
  expect(made).toMatchObject({ id: run.opportunity, posting: storeClerk, name: 'Dana Example' });
  expect(made?.tags).toContain(passed);
  expect(made?.files).toHaveLength(1);
});

test('makes one opportunity for one new person, however many events come at once', async () => {
  const email = someAddress();
  const ids = Array.from({ length: 10 }, (_, index) =>
    session(world, { email: index % 2 === 0 ? email : email.toUpperCase() }),
  ).map(({ id }) => id);
  for (const id of ids) world.upwage.admin.complete(id);
  const runs = [];
  for (const id of ids) runs.push(await finished(world, id));
  expect(opportunitiesOf(world, email)).toHaveLength(1);
  expect(new Set(runs.map(({ opportunity }) => opportunity)).size).toBe(1);
});

test('enters who failed for another job as well, and leaves the first where it is', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const { id } = session(world, { email: person.email });
  world.upwage.admin.complete(id, { outcome: 'FAILED' });
  await finished(world, id);
  const shown = inLever(person.opportunityId);
  expect(shown).toMatchObject({ stage: SEED.stages.newApplicant, posting: storeClerk });
  expect(shown.notes).toEqual([expect.objectContaining({ fields: expect.anything() })]);
  expect(JSON.stringify(shown.notes)).toContain(shiftLead);
  const other = opportunitiesOf(world, person.email).find(({ posting }) => posting === shiftLead);
  expect(JSON.stringify(other?.notes)).toContain(person.opportunityId);
  expect(other?.tags).toContain('UW Screened: FAILED');
  expect(other?.contact).toBe(shown.contact);
});

test('leaves each of the two notes once, though the answers to them are lost', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const { id } = session(world, { email: person.email });
  world.lever.admin.fault({
    method: 'POST',
    path: '/opportunities/:id/notes',
    kind: 'drop-after',
    count: 2,
  });
  world.upwage.admin.complete(id, { outcome: 'FAILED' });
  await finished(world, id);
  expect(world.lever.admin.pendingFaults()).toEqual([]);
  const theirs = opportunitiesOf(world, person.email);
  expect(theirs.map(({ posting, notes }) => [posting, notes.length])).toEqual([
    [storeClerk, 1],
    [shiftLead, 1],
  ]);
});

test('knows a repeated event, also after the run is over', async () => {
  const email = someAddress();
  const { id } = session(world, { email });
  world.upwage.admin.fault({ kind: 'duplicate-callback', copies: 2 });
  world.upwage.admin.complete(id);
  await finished(world, id);
  world.upwage.admin.resend(id);
  const statuses = await answers(world, id, 4);
  expect(statuses.filter((status) => status === 202)).toHaveLength(1);
  expect(statuses.filter((status) => status === 200)).toHaveLength(3);
  expect(await runsOfSession(world, id)).toHaveLength(1);
});

test('does not go back to an outcome whose event was overtaken by its correction', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const { id } = session(world, { email: person.email });
  world.upwage.admin.fault({ kind: 'held-callback' });
  world.upwage.admin.complete(id, { outcome: 'INCOMPLETE' });
  world.upwage.admin.complete(id, { outcome: 'PASSED' });
  // The correction goes first, and the held event right behind it: which run begins first is anybody's guess.
  await runsOver(id, 2);
  const { tags, stage } = inLever(person.opportunityId);
  expect(tags.filter((tag) => tag.startsWith('UW Screened'))).toEqual([passed]);
  expect(stage).toBe(SEED.stages.review);
});

test('skips an outcome that comes when its correction is in Lever already', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const { id } = session(world, { email: person.email });
  world.upwage.admin.fault({ kind: 'late-callback', ms: 3_000 });
  world.upwage.admin.complete(id, { outcome: 'INCOMPLETE' });
  world.upwage.admin.complete(id, { outcome: 'PASSED' });
  await runsOver(id, 1);
  const before = writes(person.opportunityId);
  await runsOver(id, 2);
  expect((await closedRuns(id)).map(({ status }) => status)).toEqual(['skipped', 'completed']);
  expect(writes(person.opportunityId)).toEqual(before);
});

test('shows the last outcome alone when events of one session come at once', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const { id } = session(world, { email: person.email });
  // What the first one writes comes late, and the others must not go by what is not there yet.
  const path = '/opportunities/:id/addTags';
  world.lever.admin.fault({ method: 'POST', path, kind: 'status', status: 503, count: 3 });
  for (const outcome of ['INCOMPLETE', 'FAILED', 'PASSED'] as const) {
    world.upwage.admin.complete(id, { outcome });
  }
  await runsOver(id, 3);
  const { tags } = inLever(person.opportunityId);
  expect(tags.filter((tag) => tag.startsWith('UW Screened'))).toEqual([passed]);
});

test('swaps the tag when the outcome is corrected, and does nothing when nothing is', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const { id } = session(world, { email: person.email });
  world.upwage.admin.complete(id, { outcome: 'INCOMPLETE' });
  await finished(world, id);
  expect(inLever(person.opportunityId).tags).toContain('UW Screened: INCOMPLETE');
  world.upwage.admin.complete(id, { outcome: 'PASSED' });
  await finished(world, id, 'completed', 2);
  const { tags } = inLever(person.opportunityId);
  expect(tags).toContain(passed);
  expect(tags).not.toContain('UW Screened: INCOMPLETE');
  const before = writes(person.opportunityId);
  world.upwage.admin.complete(id, { outcome: 'PASSED' });
  await finished(world, id, 'skipped', 3);
  expect(writes(person.opportunityId)).toEqual(before);
});

it.each<[DocumentKind, RegExp]>([
  ['private', /not at a public address/],
  ['redirect', /not followed/],
  ['endless', /larger than 28 MiB/],
  ['too-large', /larger than 28 MiB/],
  ['page', /its content is no application\/pdf/],
  ['wrong-hash', /SHA-256/],
  ['gone', /no longer has it/],
])(
  'says why a document that is %s was not attached, and moves the candidate all the same',
  async (document, words) => {
    const person = applicant(world, { postingId: storeClerk });
    const { id } = session(world, { email: person.email, document });
    world.upwage.admin.complete(id);
    await finished(world, id);
    const shown = inLever(person.opportunityId);
    expect(shown.files).toEqual([]);
    expect(shown.tags).toEqual(expect.arrayContaining([passed, 'Upwage Error']));
    expect(JSON.stringify(shown.notes)).toMatch(words);
    expect(shown.stage).toBe(SEED.stages.review);
  },
);

it.each<DocumentKind>(['stored', 'untyped'])(
  'brings a document that is %s: its content says what it is',
  async (document) => {
    const person = applicant(world, { postingId: storeClerk });
    const { id } = session(world, { email: person.email, document });
    world.upwage.admin.complete(id);
    await finished(world, id);
    expect(inLever(person.opportunityId)).toMatchObject({
      files: [expect.objectContaining({ name: expect.stringMatching(/\.pdf$/) as string })],
      notes: [],
      stage: SEED.stages.review,
    });
  },
);

test('brings a document of 28 MiB', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const { id } = session(world, { email: person.email, document: 'large' });
  world.upwage.admin.complete(id);
  await finished(world, id);
  const [file] = inLever(person.opportunityId).files;
  expect(file).toMatchObject({ size: 28 * 1024 * 1024 });
});

test('does not need a document', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const { id } = session(world, { email: person.email, document: 'none' });
  world.upwage.admin.complete(id);
  await finished(world, id);
  expect(inLever(person.opportunityId)).toMatchObject({ files: [], notes: [], stage: SEED.stages.review });
});

test('refuses a wrong signature, keeps a record, and does nothing', async () => {
  const email = someAddress();
  const { id } = session(world, { email });
  world.upwage.admin.fault({ kind: 'wrong-signature' });
  world.upwage.admin.complete(id);
  expect(await answers(world, id)).toEqual([401]);
  expect((await events(world))[0]).toMatchObject({ verdict: 'rejected', reason: 'auth.signature' });
  expect(await runsOfSession(world, id)).toEqual([]);
  expect(opportunitiesOf(world, email)).toEqual([]);
});

test('names an unknown screener, and takes its event once the settings know it', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const { id } = session(world, { email: person.email, screenerId: 'scr_unknown' });
  world.upwage.admin.complete(id);
  expect(await answers(world, id)).toEqual([422]);
  expect((await events(world))[0]).toMatchObject({ verdict: 'rejected', reason: 'input.invalid' });
  const added = { screenerId: 'scr_unknown', postingId: storeClerk };
  await configure(world, { ...usualSettings, screeners: [...usualSettings.screeners, added] });
  await until(
    'the api knows the new settings',
    () => {
      world.upwage.admin.resend(id);
      return answers(world, id);
    },
    (statuses) => statuses.includes(202),
  );
  expect(await finished(world, id)).toMatchObject({ opportunity: person.opportunityId });
});

test('follows the settings where the event names another job, and says so', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const { id } = session(world, { email: person.email, leverJobId: storeManager });
  world.upwage.admin.complete(id);
  expect(await finished(world, id)).toMatchObject({ opportunity: person.opportunityId });
  expect(JSON.stringify(inLever(person.opportunityId).notes)).toMatch(/names another job/);
});

test('begins from the conversation that a person has with the screener', async () => {
  const email = someAddress();
  const talk = session(world, { email });
  await converse(talk);
  await finished(world, talk.id);
  expect(opportunitiesOf(world, email)[0]?.tags).toContain(passed);
});
