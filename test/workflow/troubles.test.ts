import type { FullAssessment, Person } from '../helpers/actions';
import {
  applicant,
  applied,
  ended,
  inLever,
  invited,
  invitedApplicant,
  look,
  move,
  operator,
  runOf,
  runsOf,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

/** A step that keeps failing says so in the row while it is still being tried, and takes it back. */

const world = useWorld(() => startWorld());
afterEach(() => {
  world.lever.admin.clearFaults();
  world.smg.admin.clearFaults();
});

const troubled = (person: Person, step: string): Promise<FullAssessment> =>
  until(`the row says that ${step} keeps failing`, async () => {
    const [run] = await runsOf(world, person);
    return run?.trouble?.step === step ? look(world, run.id) : null;
  });

const untroubled = (id: string) =>
  until(
    'the row says nothing of it any more',
    () => look(world, id),
    ({ trouble }) => trouble === null,
  );

describe('while it is tried again', () => {
  it.each([
    ['readOpportunity', '/opportunities/:id', 'GET', 503],
    ['readOpportunity', '/opportunities/:id', 'GET', 429],
    ['readPosting', '/postings/:id', 'GET', 500],
  ])(
    '%s at Lever (%s %s %i) says so in the row, in words and with the time',
    async (step, path, method, status) => {
      world.lever.admin.fault({ kind: 'status', status, path, method, count: 1_000 });
      const before = Date.now();
      const person = applicant(world);
      move(world, person);
      const run = await troubled(person, step);
      expect(run).toMatchObject({ status: 'routing', closedAt: null });
      expect(run.trouble?.message).toContain(`Lever answered ${status}`);
      expect(Date.parse(run.trouble?.since ?? '')).toBeGreaterThanOrEqual(before);
      world.lever.admin.clearFaults();
      await invited(world, person);
      await untroubled(run.id);
    },
  );

  it.each([
    ['a status', { kind: 'http', status: 503, command: 'application_create', count: 1_000 }],
    [
      'an answer that never comes',
      { kind: 'lost-request', how: 'drop', command: 'application_create', count: 1_000 },
    ],
  ] as const)('the invitation (%s) says so in the row', async (_what, fault) => {
    world.smg.admin.fault(fault);
    const person = applicant(world);
    move(world, person);
    const run = await troubled(person, 'invite');
    expect(run).toMatchObject({ closedAt: null });
    world.smg.admin.clearFaults();
    await applied(world, person);
    await untroubled(run.id);
  });

  it.each([
    ['applyEffect', '/opportunities/:id/addTags', 'POST'],
    ['lookForEffect', '/opportunities/:id/notes', 'GET'],
  ])('%s in Lever says so in the row', async (step, path, method) => {
    const person = await invitedApplicant(world);
    const { id } = await runOf(world, person);
    world.lever.admin.fault({ kind: 'status', status: 503, path, method, count: 1_000 });
    // The vendor cannot remind anybody: a note is left, and the tags follow the completion.
    if (step === 'applyEffect') world.smg.admin.complete(person.application.applicationId);
    else await operator(world, 'POST', `/assessments/${id}/remind`);
    await troubled(person, step);
    world.lever.admin.clearFaults();
    if (step === 'applyEffect') await ended(world, person, 'completed');
    await untroubled(id);
    expect(inLever(world, person).tags).toContain(
      step === 'applyEffect' ? 'POP-Completed' : 'POP-IN-Progress',
    );
  });

  it('the result is looked for again, and the timeline says why', async () => {
    const person = await invitedApplicant(world);
    world.smg.admin.fault({ kind: 'http', status: 503, command: 'application_get', count: 1_000 });
    world.smg.admin.fault({ kind: 'http', status: 503, command: 'score_calc_get', count: 1_000 });
    world.smg.admin.complete(person.application.applicationId);
    const { id } = await runOf(world, person);
    await until(
      'the timeline tells of two looks',
      async () => (await look(world, id)).timeline,
      (lines) => lines.filter(({ detail }) => detail?.includes('answered 503')).length >= 2,
    );
    world.smg.admin.clearFaults();
    await ended(world, person, 'completed');
  });
});
