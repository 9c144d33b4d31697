import { SEED } from '../../../simulators/lever/seed';
import { defaultSecret } from '../../../simulators/upwage/server';
import type { Person } from '../../helpers/actions';
import { applicant, configure } from '../../helpers/actions';
import { useWorld } from '../../helpers/use-world';
import { cashier, finished, opportunitiesOf, session, startUpwageWorld } from '../../vendors/upwage-world';
import { testsOf } from '../promises/promise';
import { upwage } from '../promises/upwage';
import { part, profile } from './lever-pages';

/** How an outcome shows in Lever, and where it takes the candidate: each company and each job has rules of its own. */

const promise = testsOf(upwage);
const { storeClerk, storeManager, shiftLead, areaManager } = SEED.postings;
const { review, offer, phoneScreen, newApplicant } = SEED.stages;
const tied = { screenerId: cashier, postingId: storeClerk };

const world = useWorld(startUpwageWorld);

type Outcome = 'PASSED' | 'FAILED' | 'INCOMPLETE';

const inLever = ({ opportunityId }: Person) => world.lever.admin.candidate(opportunityId);
const tagsOf = async ({ opportunityId }: Person): Promise<string> =>
  part(await profile(world, opportunityId), 'Tags');

/** An applicant is screened with this outcome. @param callbackUrl of the company; default: the first one's */
async function screened(
  outcome: Outcome,
  {
    postingId = storeClerk,
    callbackUrl,
    screenerId = cashier,
  }: { postingId?: string; callbackUrl?: string | undefined; screenerId?: string } = {},
): Promise<Person> {
  const person = applicant(world, { postingId });
  const { id } = session(world, { email: person.email, screenerId, leverJobId: postingId });
  world.upwage.admin.sendTo(callbackUrl ?? String(world.connection.callbackUrl));
  world.upwage.admin.complete(id, { outcome });
  await finished(world, id);
  return person;
}

/** Another company that uses Upwage. */
const company = async (customer: string, settings: Record<string, unknown>): Promise<string> => {
  const { callbackUrl } = await world.connect({
    vendor: 'upwage',
    customer,
    credentials: { webhookSecret: defaultSecret },
    settings: { performAs: SEED.users.service, ...settings },
  });
  return String(callbackUrl);
};

promise('UP-20', async () => {
  for (const outcome of ['PASSED', 'FAILED', 'INCOMPLETE'] as const) {
    const tags = await tagsOf(await screened(outcome));
    expect(tags.match(/UW Screened: \w+/g)).toEqual([`UW Screened: ${outcome}`]);
  }
});

promise('UP-21', async () => {
  const rules = { passed: { tag: 'Cashier: come in' } };
  const beta = await company('Beta Stores', { tags: { passed: 'Beta +' }, screeners: [tied] });
  const gamma = await company('Gamma Stores', {
    tags: { passed: 'Gamma +', failed: 'Gamma -' },
    screeners: [{ ...tied, rules }],
  });
  expect(await tagsOf(await screened('PASSED', { callbackUrl: beta }))).toContain('Beta +');
  expect(await tagsOf(await screened('FAILED', { callbackUrl: beta }))).toContain('UW Screened: FAILED');
  // A rule of one screener goes before the company's own text.
  const byRule = await tagsOf(await screened('PASSED', { callbackUrl: gamma }));
  expect(byRule).toContain('Cashier: come in');
  expect(byRule).not.toMatch(/Gamma \+|UW Screened/);
  expect(await tagsOf(await screened('FAILED', { callbackUrl: gamma }))).toContain('Gamma -');
});

promise('UP-22', async () => {
  const { admin } = world.lever;
  await configure(world, {
    screeners: [{ ...tied, rules: { passed: { stage: 'Review', posting: shiftLead } } }],
    note: 'Screened: {band}',
  });
  // The results come slowly: only a move that waits for all of them still comes last.
  const slow = { method: 'POST', kind: 'status', status: 503, count: 2 } as const;
  for (const path of ['/opportunities/:id/files', '/opportunities/:id/notes']) admin.fault({ ...slow, path });
  const person = await screened('PASSED');
  expect(admin.pendingFaults()).toEqual([]);
  expect(inLever(person)).toMatchObject({ stage: review, posting: storeClerk });
  const other = opportunitiesOf(world, person.email).find(({ posting }) => posting === shiftLead);
  expect(other).toMatchObject({ contact: inLever(person).contact });
  const changes = admin
    .requests()
    .filter(
      ({ method, path, status }) =>
        method !== 'GET' && (status ?? 500) < 300 && path.includes('/opportunities'),
    )
    .filter(
      ({ path, body }) => path.includes(person.opportunityId) || JSON.stringify(body).includes(person.email),
    )
    .map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
  const move = changes.findIndex((change) => ['PUT stage', 'POST opportunities'].includes(change));
  const results = changes.slice(0, move);
  expect(results.sort()).toEqual(['POST addTags', 'POST files', 'POST notes']);
  expect(changes.slice(move)).toEqual(expect.arrayContaining(['PUT stage', 'POST opportunities']));
  // Each of the two says where the rest is.
  expect(part(await profile(world, person.opportunityId), 'Notes')).toContain(shiftLead);
  expect(part(await profile(world, String(other?.id)), 'Notes')).toContain(person.opportunityId);
});

promise('UP-23', async () => {
  const here = [
    { ...tied, rules: { passed: { stage: 'Review' }, failed: { stage: 'Phone screen' } } },
    {
      ...tied,
      postingId: storeManager,
      rules: { passed: { stage: 'Offer' }, failed: { posting: areaManager } },
    },
  ];
  await configure(world, { screeners: here });
  const there = await company('Delta Stores', {
    screeners: [{ ...tied, rules: { passed: { stage: 'Phone screen' } } }],
  });
  expect(inLever(await screened('PASSED'))).toMatchObject({ stage: review });
  expect(inLever(await screened('FAILED'))).toMatchObject({ stage: phoneScreen });
  expect(inLever(await screened('PASSED', { postingId: storeManager }))).toMatchObject({ stage: offer });
  const sentOn = await screened('FAILED', { postingId: storeManager });
  expect(inLever(sentOn)).toMatchObject({ stage: newApplicant });
  expect(opportunitiesOf(world, sentOn.email).map(({ posting }) => posting)).toEqual([
    storeManager,
    areaManager,
  ]);
  expect(inLever(await screened('PASSED', { callbackUrl: there }))).toMatchObject({ stage: phoneScreen });
  expect(inLever(await screened('FAILED', { callbackUrl: there }))).toMatchObject({ stage: newApplicant });
});
