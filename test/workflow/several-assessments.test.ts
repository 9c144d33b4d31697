import { SEED } from '../../simulators/lever/seed';
import type { Assessment, Person } from '../helpers/actions';
import {
  applicant,
  applications,
  inLever,
  look,
  move,
  runsOf,
  times,
  webhookAbout,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

const world = useWorld(() => startWorld({ settings: { resultsStage: 'Review' } }));
let tags: [string, string];
beforeAll(async () => {
  const other = world.smg.admin.positions().find(({ position_id: id }) => id !== '10002063');
  if (other === undefined) throw new Error('the simulated account has one position only');
  tags = ['POP-10002063-Leadership', `POP-${other.position_id}-Sales`];
});

/** A candidate of a posting that asks for two assessments, invited to both. */
async function invitedTwice(): Promise<Person & { runs: Assessment[] }> {
  const postingId = world.lever.admin.addPosting({ text: `Regional Manager`, tags });
  const person = applicant(world, { postingId });
  move(world, person);
  await until(
    'Lever shows both links',
    () => inLever(world, person).links,
    ({ length }) => length === 2,
  );
  const runs = await until(
    'both runs are on record',
    () => runsOf(world, person),
    (found) => found.length === 2 && found.every(({ vendorRef }) => vendorRef !== null),
  );
  return { ...person, runs };
}

const closed = (id: string) =>
  until(
    'the run is over',
    () => look(world, id),
    ({ closedAt }) => closedAt !== null,
  );

const stageOf = (person: Person): unknown => inLever(world, person).stage;

describe('a posting with two POP tags', () => {
  it('gets a run for each, with a claim and an invitation of its own', async () => {
    const person = await invitedTwice();
    const positions = applications(world, person).map(({ positionId }) => positionId);
    expect(positions.sort()).toEqual(tags.map((tag) => tag.split('-')[1]).sort());
    expect(person.runs.map(({ assessment }) => assessment.name).sort()).toEqual(['Leadership', 'Sales']);
    expect(new Set(person.runs.map(({ workflowId }) => workflowId)).size).toBe(2);
    expect(times(inLever(world, person).tags, 'POP-IN-Progress')).toBe(1);
    // Neither of them is started once more.
    const webhook = await webhookAbout(world, person);
    await world.lever.admin.rerun(webhook.id, { freshToken: true });
    await until(
      'the rerun is skipped',
      () => runsOf(world, person),
      (runs) => runs.some(({ status, closedAt }) => status === 'skipped' && closedAt !== null),
    );
    expect(applications(world, person)).toHaveLength(2);
  });

  it('shows "completed" and moves the candidate only when both are done', async () => {
    const person = await invitedTwice();
    const [first, second] = person.runs as [Assessment, Assessment];
    world.smg.admin.complete(first.vendorRef as string);
    await closed(first.id);
    expect(inLever(world, person).tags).toContain('POP-IN-Progress');
    expect(inLever(world, person).tags).not.toContain('POP-Completed');
    expect(inLever(world, person).links).toHaveLength(3);
    expect(stageOf(person)).toBe(SEED.stages.assessment);

    world.smg.admin.complete(second.vendorRef as string);
    await closed(second.id);
    expect(inLever(world, person).tags).not.toContain('POP-IN-Progress');
    expect(times(inLever(world, person).tags, 'POP-Completed')).toBe(1);
    expect(inLever(world, person).links).toHaveLength(4);
    expect(stageOf(person)).toBe(SEED.stages.review);
  });

  it('shows "completed" once when both finish at the same moment', async () => {
    const person = await invitedTwice();
    for (const { vendorRef } of person.runs) world.smg.admin.complete(vendorRef as string);
    for (const { id } of person.runs) await closed(id);
    const after = inLever(world, person);
    expect(times(after.tags, 'POP-Completed')).toBe(1);
    expect(after.tags).not.toContain('POP-IN-Progress');
    expect(after.links).toHaveLength(4);
  });

  it('ends both when the opportunity is archived', async () => {
    const person = await invitedTwice();
    world.lever.admin.archive(person.opportunityId);
    for (const { id } of person.runs) expect((await closed(id)).status).toBe('cancelled');
    expect(inLever(world, person).tags).not.toContain('POP-IN-Progress');
  });
});
