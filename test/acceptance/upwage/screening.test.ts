import { SEED } from '../../../simulators/lever/seed';
import { applicant } from '../../helpers/actions';
import { until } from '../../helpers/until';
import { useWorld } from '../../helpers/use-world';
import {
  converse,
  finished,
  opportunitiesOf,
  session,
  someAddress,
  startUpwageWorld,
} from '../../vendors/upwage-world';
import { testsOf } from '../promises/promise';
import { upwage } from '../promises/upwage';
import { fileAddresses, openedDocument, part, profile } from './lever-pages';

/** What comes of a conversation with a SuperScreener, seen in Lever. */

const promise = testsOf(upwage);
const { storeClerk, storeManager, shiftLead } = SEED.postings;
const jobs = [storeClerk, storeManager, shiftLead];
const screenerOf = (postingId: string): string => `scr_${postingId}`;

const world = useWorld(() =>
  startUpwageWorld({
    screeners: jobs.map((postingId) => ({
      id: screenerOf(postingId),
      name: 'For a job',
      leverJobId: postingId,
    })),
    settings: { screeners: jobs.map((postingId) => ({ screenerId: screenerOf(postingId), postingId })) },
  }),
);

const screened = (postingId: string, email: string) =>
  session(world, { screenerId: screenerOf(postingId), email });

/** Waits for what Lever's page shows, not for anything of the hub's. */
const tagged = (opportunityId: string, tag: string): Promise<unknown> =>
  until(
    `Lever shows ${tag}`,
    async () => part(await profile(world, opportunityId), 'Tags'),
    (tags) => tags.includes(tag),
  );

promise('UP-3', async () => {
  const people = jobs.flatMap((postingId) => [1, 2].map(() => applicant(world, { postingId })));
  const talks = people.map(({ email, opportunityId }) => {
    const { posting } = world.lever.admin.candidate(opportunityId);
    return screened(String(posting), email);
  });
  await Promise.all(talks.map((talk) => converse(talk)));
  for (const { opportunityId } of people) await tagged(opportunityId, 'UW Screened: PASSED');
});

promise('UP-4', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const before = await profile(world, person.opportunityId);
  expect(fileAddresses(before)).toEqual([]);
  // Nobody does anything but talk: no poll, no nightly run, no button.
  await converse(screened(storeClerk, person.email), {
    weekends: 'Yes',
    cash: 'Yes',
    why: 'I like mornings',
  });
  await until(
    'the transcript is in Lever',
    async () => fileAddresses(await profile(world, person.opportunityId)),
    ({ length }) => length === 1,
  );
  const transcript = await (await openedDocument(world, person.opportunityId)).text();
  expect(transcript).toContain('Can you work on weekends? Yes');
  expect(transcript).toContain('What draws you to this job? I like mornings');
});

promise('UP-17', async () => {
  const applied = [1, 2, 3].map(() => applicant(world, { postingId: storeManager }));
  const confidential = someAddress();
  const hidden = world.lever.admin.addCandidate({
    name: 'Hidden Example',
    email: confidential,
    postingId: storeManager,
    origin: 'sourced',
    confidentiality: 'confidential',
  });
  const elsewhere = applied.map(({ email }) => applicant(world, { postingId: shiftLead, email }));
  for (const email of [...applied.map((one) => one.email), confidential]) {
    await converse(screened(storeManager, email));
  }
  const all = [...applied.map(({ opportunityId }) => opportunityId), hidden];
  for (const id of all) await tagged(id, 'UW Screened: PASSED');
  for (const { email } of applied) expect(opportunitiesOf(world, email)).toHaveLength(2);
  expect(opportunitiesOf(world, confidential)).toHaveLength(1);
  for (const { opportunityId } of elsewhere) {
    expect(part(await profile(world, opportunityId), 'Tags')).not.toContain('UW Screened');
  }
});

promise('UP-18', async () => {
  const email = someAddress();
  expect(opportunitiesOf(world, email)).toEqual([]);
  const [first, again] = [screened(shiftLead, email), screened(shiftLead, email)];
  await Promise.all([converse(first), converse(again)]);
  const runs = [await finished(world, first.id), await finished(world, again.id)];
  const [made, ...more] = opportunitiesOf(world, email);
  expect(more).toEqual([]);
  const id = String(made?.id);
  expect(runs.map(({ opportunity }) => opportunity)).toEqual([id, id]);
  const page = await profile(world, id);
  expect(page.html).toContain(`href="/postings/${shiftLead}"`);
  expect(part(page, 'Opportunity')).toContain(email);
  expect(part(page, 'Tags')).toContain('UW Screened: PASSED');
});

promise('UP-19', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const talk = screened(storeClerk, person.email);
  await converse(talk);
  await finished(world, talk.id);
  const delivered = await (await openedDocument(world, person.opportunityId)).arrayBuffer();
  const atUpwage = `${world.upwage.url}/files/${new URL(talk.link).pathname.split('/').at(-1)}.pdf`;
  const original = await (await fetch(atUpwage)).arrayBuffer();
  expect(original.byteLength).toBeGreaterThan(500);
  expect(Buffer.from(delivered).equals(Buffer.from(original))).toBe(true);
});

promise('UP-24', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const talk = screened(storeClerk, person.email);
  await converse(talk);
  await finished(world, talk.id);
  expect(part(await profile(world, person.opportunityId), 'Files')).toMatch(/SuperScreener-\w+\.pdf preview/);
  const shown = await openedDocument(world, person.opportunityId);
  expect(shown.headers.get('content-type')).toBe('application/pdf');
  expect(shown.headers.get('content-disposition')).toMatch(/^inline/);
});

promise('UP-25', async () => {
  const endings = [
    { weekends: 'Yes', cash: 'Yes', why: 'The shop' },
    { weekends: 'No', cash: 'Yes', why: 'The pay' },
  ];
  for (const given of endings) {
    const person = applicant(world, { postingId: storeClerk });
    const talk = screened(storeClerk, person.email);
    await converse(talk, given);
    await finished(world, talk.id);
    const document = await (await openedDocument(world, person.opportunityId)).text();
    for (const answer of Object.values(given)) expect(document).toContain(`? ${answer}`);
  }
  // Who breaks off has said something as well.
  const person = applicant(world, { postingId: storeClerk });
  const talk = screened(storeClerk, person.email);
  await fetch(`${talk.link}/decline`, { method: 'POST' });
  await finished(world, talk.id);
  expect(await (await openedDocument(world, person.opportunityId)).text()).toContain('INCOMPLETE');
});
