import type { Fault } from '../../simulators/lever/faults';
import { SEED } from '../../simulators/lever/seed';
import type { Person } from '../helpers/actions';
import {
  applicant,
  applications,
  ended,
  inLever,
  invited,
  invitedApplicant,
  look,
  move,
  runOf,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

/** What Lever refuses for good, where a run looks at its opportunity. */

const world = useWorld(() => startWorld());
afterEach(() => world.lever.admin.clearFaults());

const refuse = (path: string, status: number, count = 1): Fault => ({
  kind: 'status',
  status,
  path,
  method: 'GET',
  count,
});
const ofPerson = (person: Person): string => `/opportunities/${person.opportunityId}`;

const noted = (id: string, words: string) =>
  until(`the timeline says ${words}`, async () => {
    const { timeline } = await look(world, id);
    return timeline.find(({ detail }) => detail?.includes(words));
  });

describe('a look that the run can do without', () => {
  it.each([403, 400, 422])(
    'answered %i after an archive webhook is noted; the completion that comes later is brought to Lever',
    async (status) => {
      const person = await invitedApplicant(world);
      const { id, workflowId } = await runOf(world, person);
      world.lever.admin.fault(refuse(ofPerson(person), status));
      world.lever.admin.archive(person.opportunityId);
      await noted(id, 'see what became of the opportunity');
      expect((await world.client.workflow.getHandle(workflowId).describe()).status.name).toBe('RUNNING');
      expect(await look(world, id)).toMatchObject({ status: 'invited', closedAt: null });

      world.smg.admin.complete(person.application.applicationId);
      await ended(world, person, 'completed');
      expect(inLever(world, person).tags).toContain('POP-Completed');
    },
  );
});

describe('a step without which a run cannot go on', () => {
  it.each([403, 400])(
    'answered %i at the first look ends the run with the reason, in the row and in Lever; a later move works',
    async (status) => {
      const person = applicant(world);
      world.lever.admin.fault(refuse(ofPerson(person), status));
      move(world, person);
      const run = await ended(world, person, 'failed');
      expect(run.lastError).toBe(status === 403 ? 'lever.forbidden' : 'lever.bad_request');
      expect(run.timeline.some(({ detail }) => detail?.includes(`Lever answered ${status}`))).toBe(true);
      expect(run.attention).toBe(false);
      const { tags, notes } = inLever(world, person);
      expect(tags).toContain('POP-Error');
      expect(JSON.stringify(notes)).toContain(`Lever answered ${status}`);
      expect(applications(world, person)).toEqual([]);

      move(world, person, SEED.stages.newApplicant);
      move(world, person);
      await invited(world, person);
      expect(inLever(world, person).tags).not.toContain('POP-Error');
    },
  );

  it('ends the run where the posting is gone', async () => {
    const person = applicant(world);
    world.lever.admin.fault(refuse('/postings/:id', 404));
    move(world, person);
    const run = await ended(world, person, 'failed');
    expect(run.lastError).toBe('lever.not_found');
    expect(inLever(world, person).tags).toContain('POP-Error');
  });

  it('says all the same where Lever takes no word of it, and asks for nobody', async () => {
    const person = applicant(world);
    for (const method of ['GET', 'POST']) {
      world.lever.admin.fault({
        kind: 'status',
        status: 403,
        path: `${ofPerson(person)}*`,
        method,
        count: 10,
      });
    }
    move(world, person);
    const run = await ended(world, person, 'failed');
    expect(run).toMatchObject({ attention: false, lastError: 'lever.forbidden' });
    expect(inLever(world, person).tags).not.toContain('POP-Error');
    world.lever.admin.clearFaults();
    move(world, person, SEED.stages.newApplicant);
    move(world, person);
    await invited(world, person);
  });
});
