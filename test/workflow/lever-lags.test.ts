import { SEED } from '../../simulators/lever/seed';
import type { Person } from '../helpers/actions';
import {
  applicant,
  applications,
  deliveriesOf,
  ended,
  invited,
  invitedApplicant,
  move,
  runsOf,
  writes,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { finished, opportunitiesOf, session, someAddress, startUpwageWorld } from '../vendors/upwage-world';
import { heard } from './looks';

/** Webhooks that are faster than Lever's API: it goes on showing a candidate as they were before. */

const world = useWorld(() => startWorld({ env: { RECONCILE_INTERVAL: '1s', LEVER_LAG: '2s' } }));
beforeAll(async () => {
  await invitedApplicant(world);
  await heard(world);
});
afterEach(() => world.lever.admin.configure({ apiLagMs: 0 }));

/** Lever's API stands still until the test lets it go on. */
const standStill = (): void => world.lever.admin.configure({ apiLagMs: 3_600_000 });
const catchUp = (): void => world.lever.admin.configure({ apiLagMs: 0 });

const reads = (person: Person): number =>
  world.lever.admin
    .requests()
    .filter(({ method, path }) => method === 'GET' && path === `/v1/opportunities/${person.opportunityId}`)
    .length;

const looksAt = (person: Person, count: number) =>
  until(
    `the run has looked ${count} times`,
    () => reads(person),
    (seen) => seen >= count,
  );

it('somebody whom Lever shows in the stage a second later is invited by the run of the webhook', async () => {
  world.lever.admin.configure({ apiLagMs: 1_000 });
  const person = applicant(world);
  // Enough for the applicant to show.
  await until(
    'the applicant shows',
    () =>
      fetch(`${world.lever.apiUrl}/opportunities/${person.opportunityId}`, {
        headers: { authorization: `Basic ${Buffer.from(`${SEED.apiKey}:`).toString('base64')}` },
      }),
    ({ ok }) => ok,
  );
  world.lever.admin.clearRequests();
  move(world, person);
  await invited(world, person);
  expect(reads(person)).toBeGreaterThan(1);
  expect((await deliveriesOf(world, person)).map(({ verdict }) => verdict)).toEqual(['started']);
  expect(await runsOf(world, person)).toHaveLength(1);
});

it('somebody who was made in the stage and does not show at all yet is invited all the same', async () => {
  world.lever.admin.configure({ stageChangeOnCreate: true });
  standStill();
  const email = 'new@example.com';
  const opportunityId = world.lever.admin.addCandidate({
    name: 'New Example',
    email,
    postingId: SEED.postings.storeManager,
    stage: SEED.stages.assessment,
  });
  world.lever.admin.configure({ stageChangeOnCreate: false });
  const person = { opportunityId, name: 'New Example', email };
  await looksAt(person, 2);
  catchUp();
  await invited(world, person);
});

it('somebody whom Lever does not show in time is skipped with that reason, and found by the next look', async () => {
  const person = applicant(world);
  standStill();
  move(world, person);
  const run = await ended(world, person, 'skipped');
  expect(run.timeline.at(-1)).toMatchObject({ kind: 'closed' });
  expect(run.reasonCode).toBe('not_there_yet');
  expect(writes(world, person)).toEqual([]);
  catchUp();
  await invited(world, person);
  const verdicts = (await deliveriesOf(world, person)).map(({ verdict, eventKey }) => [
    verdict,
    eventKey.startsWith('r-'),
  ]);
  expect(verdicts).toEqual([
    ['started', true],
    ['started', false],
  ]);
  expect(applications(world, person)).toHaveLength(1);
});

it('somebody who returned to the stage is not taken for one whom the earlier run has answered', async () => {
  const person = await invitedApplicant(world);
  world.smg.admin.complete(person.application.applicationId);
  await ended(world, person, 'completed');
  // Long enough between the two entries for the clocks of Lever's servers to be no question.
  world.lever.admin.advanceClock(60_000);
  standStill();
  move(world, person, SEED.stages.review, { silent: true });
  const before = reads(person);
  move(world, person);
  await looksAt(person, before + 2);
  catchUp();
  await until(
    'there is a second invitation',
    () => applications(world, person),
    ({ length }) => length === 2,
  );
  expect((await runsOf(world, person)).map(({ status }) => status)).not.toContain('skipped');
});

describe('a screening', () => {
  const upwage = useWorld(() => startUpwageWorld({ env: { LEVER_LAG: '2s' } }));

  const theirs = (email: string) => opportunitiesOf(upwage, email);

  it('of somebody new lands on the opportunity that was made, though Lever does not show it for longer than is waited elsewhere', async () => {
    const { admin } = upwage.lever;
    const email = someAddress();
    const { id } = session(upwage, { email });
    admin.configure({ apiLagMs: 4_000 });
    upwage.upwage.admin.complete(id);
    const run = await finished(upwage, id);
    admin.configure({ apiLagMs: 0 });
    const [made, ...more] = theirs(email);
    expect(more).toEqual([]);
    expect(run).toMatchObject({ status: 'completed', opportunity: made?.id });
    expect(made?.tags).toContain('UW Screened: PASSED');
    expect(made?.files).toHaveLength(1);
  });

  it('of the same new person once more finds the opportunity that the first one has made', async () => {
    const { admin } = upwage.lever;
    const email = someAddress();
    const [one, other] = [session(upwage, { email }), session(upwage, { email })];
    admin.configure({ apiLagMs: 1_000 });
    upwage.upwage.admin.complete(one.id);
    upwage.upwage.admin.complete(other.id, { outcome: 'FAILED' });
    const runs = [await finished(upwage, one.id), await finished(upwage, other.id)];
    admin.configure({ apiLagMs: 0 });
    // Failing enters the person for another job as well; of this job there is one opportunity.
    const made = theirs(email).filter(({ posting }) => posting === SEED.postings.storeClerk);
    expect(made).toHaveLength(1);
    expect(runs.map(({ opportunity }) => opportunity)).toEqual([made[0]?.id, made[0]?.id]);
  });

  it('whose opportunity Upwage names before Lever shows it makes no second one', async () => {
    const { admin } = upwage.lever;
    const email = someAddress();
    admin.configure({ apiLagMs: 1_500 });
    const opportunityId = admin.addCandidate({
      name: 'New Example',
      email,
      postingId: SEED.postings.storeClerk,
    });
    const { id } = session(upwage, { email, leverOpportunityId: opportunityId });
    upwage.upwage.admin.complete(id);
    expect(await finished(upwage, id)).toMatchObject({ opportunity: opportunityId });
    admin.configure({ apiLagMs: 0 });
    expect(theirs(email)).toHaveLength(1);
  });
});
