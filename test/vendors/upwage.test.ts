import { SEED } from '../../simulators/lever/seed';
import type { DocumentKind } from '../../simulators/upwage/state';
import { applicant, configure, patience } from '../helpers/story';
import { until } from '../helpers/until';
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
import type { UpwageWorld } from './upwage-world';

/** Upwage begins its runs itself, so what it must go through differs from the other vendors' stories. */

const { storeClerk, shiftLead, storeManager } = SEED.postings;
const passed = 'UW Screened: PASSED';

let site: UpwageWorld;
beforeAll(async () => {
  site = await startUpwageWorld();
}, 120_000);
afterAll(() => site?.stop());

const story = (name: string, play: () => Promise<void>): void => test(name, play, 120_000);
const inLever = (id: string | null) => site.world.lever.admin.candidate(String(id));

/** Requests that changed Lever about one opportunity, in their order. */
const writes = (opportunityId: string): string[] =>
  site.world.lever.admin
    .requests()
    .filter(({ method, path }) => method !== 'GET' && path.includes(opportunityId))
    .map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);

/** Runs of a session that are over, newest first. */
const closedRuns = async (id: string) =>
  (await runsOfSession(site, id)).filter(({ closedAt }) => closedAt !== null);

story('brings document, tag and then the move to the opportunity of the posting', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const other = applicant(site.world, { postingId: storeManager, email: person.email });
  const { id } = session(site, { email: person.email.toUpperCase() });
  site.upwage.admin.complete(id);
  const run = await finished(site, id);
  expect(run).toMatchObject({ opportunity: person.opportunityId, status: 'completed' });
  const shown = inLever(person.opportunityId);
  expect(shown.tags).toContain(passed);
  expect(shown.stage).toBe(SEED.stages.review);
  expect(shown.files.map(({ name }) => name)).toEqual([expect.stringMatching(/^SuperScreener-\w{8}\.pdf$/)]);
  expect(shown.notes).toEqual([]);
  expect(writes(person.opportunityId).at(-1)).toBe('PUT stage');
  expect(writes(person.opportunityId).sort()).toEqual(['POST addTags', 'POST files', 'PUT stage']);
  expect(inLever(other.opportunityId).tags).not.toContain(passed);
  expect(await answers(site, id)).toEqual([202]);
});

story('takes the opportunity that the vendor names, whoever it is', async () => {
  const person = applicant(site.world, { postingId: storeManager });
  const { id } = session(site, { email: someAddress(), leverOpportunityId: person.opportunityId });
  site.upwage.admin.complete(id);
  expect(await finished(site, id)).toMatchObject({ opportunity: person.opportunityId });
});

story(
  'takes any open opportunity of the person when the posting has none, and none that is archived',
  async () => {
    const person = applicant(site.world, { postingId: storeManager });
    const archived = applicant(site.world, { postingId: storeClerk, email: person.email });
    site.world.lever.admin.archive(archived.opportunityId);
    const { id } = session(site, { email: person.email, leverOpportunityId: archived.opportunityId });
    site.upwage.admin.complete(id);
    expect(await finished(site, id)).toMatchObject({ opportunity: person.opportunityId });
  },
);

story('enters somebody new for the posting of the screener', async () => {
  const email = someAddress();
  const { id } = session(site, { email, leverOpportunityId: 'no-such-opportunity' });
  site.upwage.admin.complete(id);
  const run = await finished(site, id);
  const [made, ...more] = opportunitiesOf(site, email);
  expect(more).toEqual([]);
  expect(made).toMatchObject({ id: run.opportunity, posting: storeClerk, name: 'Dana Example' });
  expect(made?.tags).toContain(passed);
  expect(made?.files).toHaveLength(1);
});

story('makes one opportunity for one new person, however many events come at once', async () => {
  const email = someAddress();
  const ids = Array.from({ length: 10 }, (_, index) =>
    session(site, { email: index % 2 === 0 ? email : email.toUpperCase() }),
  ).map(({ id }) => id);
  for (const id of ids) site.upwage.admin.complete(id);
  const runs = [];
  for (const id of ids) runs.push(await finished(site, id));
  expect(opportunitiesOf(site, email)).toHaveLength(1);
  expect(new Set(runs.map(({ opportunity }) => opportunity)).size).toBe(1);
});

story('enters who failed for another job as well, and leaves the first where it is', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const { id } = session(site, { email: person.email });
  site.upwage.admin.complete(id, { outcome: 'FAILED' });
  await finished(site, id);
  const shown = inLever(person.opportunityId);
  expect(shown).toMatchObject({ stage: SEED.stages.newApplicant, posting: storeClerk });
  expect(shown.notes).toEqual([expect.objectContaining({ fields: expect.anything() })]);
  expect(JSON.stringify(shown.notes)).toContain(shiftLead);
  const other = opportunitiesOf(site, person.email).find(({ posting }) => posting === shiftLead);
  expect(JSON.stringify(other?.notes)).toContain(person.opportunityId);
  expect(other?.tags).toContain('UW Screened: FAILED');
  expect(other?.contact).toBe(shown.contact);
});

story('leaves each of the two notes once, though the answers to them are lost', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const { id } = session(site, { email: person.email });
  site.world.lever.admin.fault({
    method: 'POST',
    path: '/opportunities/:id/notes',
    kind: 'drop-after',
    count: 2,
  });
  site.upwage.admin.complete(id, { outcome: 'FAILED' });
  await finished(site, id);
  expect(site.world.lever.admin.pendingFaults()).toEqual([]);
  const theirs = opportunitiesOf(site, person.email);
  expect(theirs.map(({ posting, notes }) => [posting, notes.length])).toEqual([
    [storeClerk, 1],
    [shiftLead, 1],
  ]);
});

story('knows a repeated event, also after the run is over', async () => {
  const email = someAddress();
  const { id } = session(site, { email });
  site.upwage.admin.fault({ kind: 'duplicate-callback', copies: 2 });
  site.upwage.admin.complete(id);
  await finished(site, id);
  site.upwage.admin.resend(id);
  const statuses = await answers(site, id, 4);
  expect(statuses.filter((status) => status === 202)).toHaveLength(1);
  expect(statuses.filter((status) => status === 200)).toHaveLength(3);
  expect(await runsOfSession(site, id)).toHaveLength(1);
});

story('does not go back to an outcome whose event was overtaken by its correction', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const { id } = session(site, { email: person.email });
  site.upwage.admin.fault({ kind: 'held-callback' });
  site.upwage.admin.complete(id, { outcome: 'INCOMPLETE' });
  site.upwage.admin.complete(id, { outcome: 'PASSED' });
  // The correction goes first, and the held event right behind it: which run begins first is anybody's guess.
  await until('both runs are over', async () => (await closedRuns(id)).length === 2, patience);
  const { tags, stage } = inLever(person.opportunityId);
  expect(tags.filter((tag) => tag.startsWith('UW Screened'))).toEqual([passed]);
  expect(stage).toBe(SEED.stages.review);
});

story('skips an outcome that comes when its correction is in Lever already', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const { id } = session(site, { email: person.email });
  site.upwage.admin.fault({ kind: 'late-callback', ms: 3_000 });
  site.upwage.admin.complete(id, { outcome: 'INCOMPLETE' });
  site.upwage.admin.complete(id, { outcome: 'PASSED' });
  await until('the correction is in Lever', async () => (await closedRuns(id)).length >= 1, patience);
  const before = writes(person.opportunityId);
  await until('both runs are over', async () => (await closedRuns(id)).length === 2, patience);
  expect((await closedRuns(id)).map(({ status }) => status)).toEqual(['skipped', 'completed']);
  expect(writes(person.opportunityId)).toEqual(before);
});

story('shows the last outcome alone when events of one session come at once', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const { id } = session(site, { email: person.email });
  // What the first one writes comes late, and the others must not go by what is not there yet.
  const path = '/opportunities/:id/addTags';
  site.world.lever.admin.fault({ method: 'POST', path, kind: 'status', status: 503, count: 3 });
  for (const outcome of ['INCOMPLETE', 'FAILED', 'PASSED'] as const) {
    site.upwage.admin.complete(id, { outcome });
  }
  await until('all three are over', async () => (await closedRuns(id)).length === 3, patience);
  const { tags } = inLever(person.opportunityId);
  expect(tags.filter((tag) => tag.startsWith('UW Screened'))).toEqual([passed]);
});

story('swaps the tag when the outcome is corrected, and does nothing when nothing is', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const { id } = session(site, { email: person.email });
  site.upwage.admin.complete(id, { outcome: 'INCOMPLETE' });
  await finished(site, id);
  expect(inLever(person.opportunityId).tags).toContain('UW Screened: INCOMPLETE');
  site.upwage.admin.complete(id, { outcome: 'PASSED' });
  await finished(site, id, 'completed', 2);
  const { tags } = inLever(person.opportunityId);
  expect(tags).toContain(passed);
  expect(tags).not.toContain('UW Screened: INCOMPLETE');
  const before = writes(person.opportunityId);
  site.upwage.admin.complete(id, { outcome: 'PASSED' });
  await finished(site, id, 'skipped', 3);
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
    const person = applicant(site.world, { postingId: storeClerk });
    const { id } = session(site, { email: person.email, document });
    site.upwage.admin.complete(id);
    await finished(site, id);
    const shown = inLever(person.opportunityId);
    expect(shown.files).toEqual([]);
    expect(shown.tags).toEqual(expect.arrayContaining([passed, 'Upwage Error']));
    expect(JSON.stringify(shown.notes)).toMatch(words);
    expect(shown.stage).toBe(SEED.stages.review);
  },
  120_000,
);

it.each<DocumentKind>(['stored', 'untyped'])(
  'brings a document that is %s: its content says what it is',
  async (document) => {
    const person = applicant(site.world, { postingId: storeClerk });
    const { id } = session(site, { email: person.email, document });
    site.upwage.admin.complete(id);
    await finished(site, id);
    expect(inLever(person.opportunityId)).toMatchObject({
      files: [expect.objectContaining({ name: expect.stringMatching(/\.pdf$/) as string })],
      notes: [],
      stage: SEED.stages.review,
    });
  },
  120_000,
);

story('brings a document of 28 MiB', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const { id } = session(site, { email: person.email, document: 'large' });
  site.upwage.admin.complete(id);
  await finished(site, id);
  const [file] = inLever(person.opportunityId).files;
  expect(file).toMatchObject({ size: 28 * 1024 * 1024 });
});

story('does not need a document', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const { id } = session(site, { email: person.email, document: 'none' });
  site.upwage.admin.complete(id);
  await finished(site, id);
  expect(inLever(person.opportunityId)).toMatchObject({ files: [], notes: [], stage: SEED.stages.review });
});

story('refuses a wrong signature, keeps a record, and does nothing', async () => {
  const email = someAddress();
  const { id } = session(site, { email });
  site.upwage.admin.fault({ kind: 'wrong-signature' });
  site.upwage.admin.complete(id);
  expect(await answers(site, id)).toEqual([401]);
  expect((await events(site))[0]).toMatchObject({ verdict: 'rejected', reason: 'auth.signature' });
  expect(await runsOfSession(site, id)).toEqual([]);
  expect(opportunitiesOf(site, email)).toEqual([]);
});

story('names an unknown screener, and takes its event once the settings know it', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const { id } = session(site, { email: person.email, screenerId: 'scr_unknown' });
  site.upwage.admin.complete(id);
  expect(await answers(site, id)).toEqual([422]);
  expect((await events(site))[0]).toMatchObject({ verdict: 'rejected', reason: 'input.invalid' });
  const added = { screenerId: 'scr_unknown', postingId: storeClerk };
  await configure(site.world, { ...usualSettings, screeners: [...usualSettings.screeners, added] });
  await until('the api knows the new settings', async () => {
    site.upwage.admin.resend(id);
    return (await answers(site, id)).includes(202);
  });
  expect(await finished(site, id)).toMatchObject({ opportunity: person.opportunityId });
});

story('follows the settings where the event names another job, and says so', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const { id } = session(site, { email: person.email, leverJobId: storeManager });
  site.upwage.admin.complete(id);
  expect(await finished(site, id)).toMatchObject({ opportunity: person.opportunityId });
  expect(JSON.stringify(inLever(person.opportunityId).notes)).toMatch(/names another job/);
});

story('begins from the conversation that a person has with the screener', async () => {
  const email = someAddress();
  const talk = session(site, { email });
  await converse(talk);
  await finished(site, talk.id);
  expect(opportunitiesOf(site, email)[0]?.tags).toContain(passed);
});
