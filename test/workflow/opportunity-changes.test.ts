import { endedFor, endReasonText } from '../../domain/end-reasons';
import { SEED } from '../../simulators/lever/seed';
import {
  configure,
  deliveriesOf,
  ended,
  inLever,
  invitedApplicant,
  look,
  move,
  runOf,
  writes,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

const world = useWorld(startWorld);

describe('an opportunity that changes during the run', () => {
  it('archived: the run is cancelled, the status tag goes, a note says so', async () => {
    const person = await invitedApplicant(world);
    world.lever.admin.archive(person.opportunityId);
    const run = await ended(world, person, 'cancelled');
    expect(run.timeline.at(-1)).toMatchObject({ kind: 'closed' });
    expect(run.reasonCode).toBe('archived');
    const { tags, notes } = inLever(world, person);
    expect(tags).not.toContain('POP-IN-Progress');
    expect(JSON.stringify(notes)).toContain(endReasonText(endedFor('archived')));
  });

  it('hired: the run is cancelled because of it', async () => {
    const person = await invitedApplicant(world);
    world.lever.admin.hire(person.opportunityId);
    const run = await ended(world, person, 'cancelled');
    // Lever says both at once, and either may be heard first.
    expect(['archived', 'hired']).toContain(run.reasonCode);
    expect(inLever(world, person).notes).toHaveLength(1);
  });

  it('deleted: the run ends, and nothing more is written', async () => {
    const person = await invitedApplicant(world);
    const before = writes(world, person);
    world.lever.admin.delete(person.opportunityId);
    const run = await ended(world, person, 'cancelled');
    expect(run.reasonCode).toBe('deleted');
    expect(run.attention).toBe(false);
    expect(writes(world, person)).toEqual(before);
  });

  it('moved on: the run goes on, as the default is', async () => {
    const person = await invitedApplicant(world);
    move(world, person, SEED.stages.review);
    await until(
      'the move is on record',
      () => deliveriesOf(world, person),
      ({ length }) => length === 2,
    );
    world.smg.admin.complete(person.application.applicationId);
    await ended(world, person, 'completed');
  });

  it('moved on, where the connection wants that to cancel: the run is cancelled', async () => {
    await configure(world, { onLeaveStage: 'cancel' });
    const person = await invitedApplicant(world);
    move(world, person, SEED.stages.review);
    const run = await ended(world, person, 'cancelled');
    expect(run.reasonCode).toBe('left');
    expect(JSON.stringify(inLever(world, person).notes)).toContain(endReasonText(endedFor('left')));
    await configure(world, { onLeaveStage: null });
  });

  it('moved on and back before anybody looked: the run goes on', async () => {
    await configure(world, { onLeaveStage: 'cancel' });
    const person = await invitedApplicant(world);
    const { id } = await runOf(world, person);
    world.lever.admin.webhookFault({ kind: 'delay', event: 'candidateStageChange', ms: 300 });
    move(world, person, SEED.stages.review);
    move(world, person, SEED.stages.assessment, { silent: true });
    await until(
      'the move is on record',
      () => deliveriesOf(world, person),
      ({ length }) => length === 2,
    );
    world.smg.admin.complete(person.application.applicationId);
    const run = await ended(world, person, 'completed');
    expect(run.id).toBe(id);
    expect((await look(world, id)).timeline.map(({ status }) => status)).not.toContain('cancelled');
    await configure(world, { onLeaveStage: null });
  });
});
