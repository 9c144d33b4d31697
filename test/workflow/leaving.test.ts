import { randomUUID } from 'node:crypto';
import { SEED } from '../../simulators/lever/seed';
import type { FullAssessment, Person } from '../helpers/actions';
import {
  applications,
  configure,
  deliveriesOf,
  inLever,
  invitedApplicant,
  look,
  move,
  runOf,
  runsOf,
  times,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

/** `onLeaveStage: cancel`: whoever enters another trigger stage, or one that the hub has not met, has left the first one. */

const { stages } = SEED;

const world = useWorld(() =>
  startWorld({
    settings: { triggerStages: ['Assessment', 'Review'], onLeaveStage: 'cancel' },
  }),
);

const over = (id: string): Promise<FullAssessment> =>
  until('the run is over', async () => {
    const run = await look(world, id);
    return run.closedAt === null ? null : run;
  });

/** The person's other run, once there is one. */
const otherRun = (person: Person, id: string) =>
  until('there is a second run', async () => (await runsOf(world, person)).find((run) => run.id !== id));

it('into another trigger stage: the first run is called off, the second waits for it and invites', async () => {
  const person = await invitedApplicant(world);
  const { id } = await runOf(world, person);
  move(world, person, stages.review);
  const first = await over(id);
  expect(first).toMatchObject({ status: 'cancelled', reasonCode: 'left' });
  await until(
    'the second invitation is there',
    () => applications(world, person),
    ({ length }) => length === 2,
  );
  const { id: second } = await otherRun(person, id);
  await until(
    'the second run waits',
    () => look(world, second),
    ({ status }) => status === 'invited',
  );
  await until(
    'Lever shows both links',
    () => inLever(world, person).links,
    ({ length }) => length === 2,
  );
  expect(times(inLever(world, person).tags, 'POP-IN-Progress')).toBe(1);
  // Each of the two webhooks belongs to the run that it started.
  expect((await deliveriesOf(world, person)).map(({ verdict, workflowId }) => [verdict, workflowId])).toEqual(
    [
      ['started', (await look(world, second)).workflowId],
      ['started', first.workflowId],
    ],
  );
});

it('into a stage that was made since the stages were read: the run is called off', async () => {
  const person = await invitedApplicant(world);
  const { id } = await runOf(world, person);
  const stage = { id: randomUUID(), text: 'Reference check', rank: 240 };
  world.lever.admin.load({ stages: [stage] });
  move(world, person, stage.id);
  expect(await over(id)).toMatchObject({ status: 'cancelled' });
  const { id: second } = await otherRun(person, id);
  expect(await over(second)).toMatchObject({ status: 'skipped', reasonCode: 'not_trigger' });
  expect(inLever(world, person).tags).not.toContain('POP-IN-Progress');
  expect(applications(world, person)).toHaveLength(1);
});

it('a paused connection calls the run off as well, and holds the move', async () => {
  const person = await invitedApplicant(world);
  const { id } = await runOf(world, person);
  await configure(world, { paused: true });
  move(world, person, stages.review);
  expect(await over(id)).toMatchObject({ status: 'cancelled' });
  const [delivery] = await until('the move is on record', async () => {
    const found = await deliveriesOf(world, person);
    return found.length === 2 ? found : null;
  });
  expect(delivery).toMatchObject({ verdict: 'held' });
  await configure(world, { paused: null });
  await until(
    'the second invitation is there',
    () => applications(world, person),
    ({ length }) => length === 2,
  );
});

it('a first run that stays, because it began when leaving did not matter, keeps the second from inviting', async () => {
  await configure(world, { onLeaveStage: 'keep' });
  const person = await invitedApplicant(world);
  const { id } = await runOf(world, person);
  await configure(world, { onLeaveStage: 'cancel' });
  move(world, person, stages.review);
  const second = await over((await otherRun(person, id)).id);
  expect(second).toMatchObject({ status: 'skipped', reasonCode: 'already_active' });
  expect(await look(world, id)).toMatchObject({ status: 'invited', closedAt: null });
  expect(applications(world, person)).toHaveLength(1);
});

it('while Lever lags behind its webhook the run looks again, and is called off', async () => {
  const person = await invitedApplicant(world);
  const { id } = await runOf(world, person);
  // So long after the invitation that the clocks of Lever's servers are no question.
  world.lever.admin.advanceClock(60_000);
  world.lever.admin.configure({ apiLagMs: 1_000 });
  move(world, person, stages.phoneScreen);
  expect(await over(id)).toMatchObject({ status: 'cancelled' });
  world.lever.admin.configure({ apiLagMs: 0 });
});
