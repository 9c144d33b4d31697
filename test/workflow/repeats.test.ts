import { SEED } from '../../simulators/lever/seed';
import type { Delivery } from '../helpers/actions';
import {
  applicant,
  applications,
  configure,
  deliveriesOf,
  ended,
  inLever,
  invited,
  invitedApplicant,
  move,
  runOf,
  runsOf,
  webhookAbout,
  writes,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { workflowsOf } from './looks';

const world = useWorld(startWorld);

const verdicts = (deliveries: Delivery[]): Record<string, number> =>
  deliveries.reduce<Record<string, number>>(
    (counts, { verdict }) => ({ ...counts, [verdict]: (counts[verdict] ?? 0) + 1 }),
    {},
  );

describe('the same webhook', () => {
  it('20 times at once, and 20 times again after the run is over: one workflow, one invitation', async () => {
    const person = applicant(world);
    world.lever.admin.webhookFault({ kind: 'duplicate', event: 'candidateStageChange', copies: 19 });
    move(world, person);
    const application = await invited(world, person);
    world.smg.admin.complete(application.applicationId);
    const run = await ended(world, person, 'completed');
    await until(
      'Lever sent all twenty',
      () => count(person.opportunityId),
      (sent) => sent === 20,
    );

    const webhook = await webhookAbout(world, person);
    await Promise.all(Array.from({ length: 20 }, () => world.lever.admin.rerun(webhook.id)));

    const deliveries = await until(
      'all forty are on record',
      () => deliveriesOf(world, person),
      ({ length }) => length === 40,
    );
    expect(verdicts(deliveries)).toEqual({ started: 1, duplicate: 39 });
    expect(new Set(deliveries.map(({ workflowId }) => workflowId))).toEqual(new Set([run.workflowId]));
    expect(await runsOf(world, person)).toHaveLength(1);
    expect(await workflowsAbout(person.opportunityId)).toEqual([run.workflowId]);
    expect(applications(world, person)).toHaveLength(1);
    expect(world.smg.admin.mailbox({ to: person.email })).toHaveLength(1);
    expect(writes(world, person)).toHaveLength(5);
  });

  it('rerun with a fresh token: a second run that is skipped, and still one invitation', async () => {
    const person = await invitedApplicant(world);
    const first = await runOf(world, person);
    const webhook = await webhookAbout(world, person);
    const rerun = await world.lever.admin.rerun(webhook.id, { freshToken: true });
    expect(rerun.attempts[0]?.status).toBe(200);

    const second = await until('the second run is over', async () =>
      (await runsOf(world, person)).find(({ id, closedAt }) => id !== first.id && closedAt !== null),
    );
    expect(second).toMatchObject({ status: 'skipped', reasonCode: 'already_assessed' });
    expect(applications(world, person)).toHaveLength(1);
    expect(inLever(world, person).tags).not.toContain('POP-Error');

    world.smg.admin.complete(person.application.applicationId);
    await until(
      'the first run is over',
      () => runsOf(world, person),
      (runs) => runs.every(({ closedAt }) => closedAt !== null),
    );
    expect(inLever(world, person).tags).toContain('POP-Completed');
  });

  it('ignored because its stage triggers nothing, and rerun once it does: it starts', async () => {
    const person = applicant(world);
    move(world, person, SEED.stages.review);
    const webhook = await webhookAbout(world, person);
    expect(verdicts(await recorded(person.opportunityId))).toEqual({ ignored: 1 });
    expect(await runsOf(world, person)).toEqual([]);

    await configure(world, { triggerStages: ['Assessment', 'Review'] });
    await world.lever.admin.rerun(webhook.id);
    await invited(world, person);
    expect(verdicts(await recorded(person.opportunityId))).toEqual({ ignored: 1, started: 1 });
    await configure(world, { triggerStages: ['Assessment'] });
  });

  it('with another opportunity under a spent token: refused and recorded', async () => {
    const person = await invitedApplicant(world);
    const other = applicant(world);
    move(world, other, SEED.stages.assessment, { silent: true });
    const webhook = await webhookAbout(world, person);
    const forged = webhook.body.replaceAll(person.opportunityId, other.opportunityId);
    const answer = await fetch(webhook.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: forged,
    });
    expect(answer.status).toBe(200);

    expect(await recorded(other.opportunityId)).toEqual([
      expect.objectContaining({ verdict: 'rejected', reason: 'token_reused', workflowId: null }),
    ]);
    // No run is begun for it, however many opportunities somebody makes up.
    expect(await runsOf(world, other)).toEqual([]);
    expect(applications(world, other)).toEqual([]);
    expect(writes(world, other)).toEqual([]);
  });
});

/** How many deliveries about an opportunity Lever has sent. */
const count = (opportunityId: string): number =>
  world.lever.admin
    .deliveries({ event: 'candidateStageChange' })
    .filter(({ body, state }) => state === 'delivered' && body.includes(opportunityId)).length;

const recorded = (opportunityId: string): Promise<Delivery[]> => deliveriesOf(world, { opportunityId });

/** Every workflow that Temporal has of an opportunity; its visibility is a moment late. */
const workflowsAbout = (opportunityId: string): Promise<string[]> =>
  until(
    'Temporal lists the workflow',
    () => workflowsOf(world.client, `FulcrumOpportunity = '${opportunityId}'`),
    ({ length }) => length > 0,
  );
