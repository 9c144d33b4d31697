import {
  applicant,
  applied,
  ended,
  inLever,
  invitedApplicant,
  liveRun,
  look,
  move,
  noted,
  operator,
  runOf,
} from '../helpers/actions';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

const world = useWorld(() => startWorld({ settings: { expiresAfter: '30d' } }));

interface Answer {
  status: string;
  code?: string;
  detail?: string;
}
const act = (id: string, action: 'remind' | 'extend' | 'cancel', body?: unknown) =>
  operator<Answer>(world, 'POST', `/assessments/${id}/${action}`, body);

const invitedRun = async () => {
  const person = await invitedApplicant(world);
  return { person, application: person.application, id: (await runOf(world, person)).id };
};

describe('an operator', () => {
  it('reminds: a note with the link stands in Lever, one for each time', async () => {
    const { person, application, id } = await invitedRun();
    expect(await act(id, 'remind')).toMatchObject({ status: 200, body: { status: 'invited' } });
    expect(JSON.stringify(await noted(world, person, 1))).toContain(application.appLink);
    expect(await act(id, 'remind')).toMatchObject({ status: 200 });
    await noted(world, person, 2);
    expect(inLever(world, person).tags).toContain('POP-IN-Progress');
  });

  it('extends: the deadline moves by the time given, or to the date given', async () => {
    const { id } = await invitedRun();
    const before = await liveRun(world, id, 'the deadline is set', ({ deadlineAt }) => deadlineAt !== null);
    expect(await act(id, 'extend', { by: '3d' })).toMatchObject({ status: 200 });
    const after = (await look(world, id)).live;
    expect(after?.deadlineAt).toBe((before.deadlineAt as number) + 3 * 86_400_000);
    const until = new Date((after?.deadlineAt as number) + 86_400_000).toISOString();
    expect(await act(id, 'extend', { until })).toMatchObject({ status: 200 });
    expect((await look(world, id)).live?.deadlineAt).toBe(Date.parse(until));
  });

  it('cancels: the status tag goes, and a note says why and that the link still opens', async () => {
    const { person, id } = await invitedRun();
    const answer = await act(id, 'cancel', { reason: 'the position was filled' });
    expect(answer).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    const run = await ended(world, person, 'cancelled');
    const { tags, notes } = inLever(world, person);
    expect(tags).not.toContain('POP-IN-Progress');
    expect(tags).not.toContain('POP-Error');
    expect(notes).toHaveLength(1);
    expect(JSON.stringify(notes)).toContain('the position was filled');
    expect(JSON.stringify(notes)).toContain('its link may still open');
    expect(run.timeline.at(-1)).toMatchObject({ kind: 'closed', detail: 'the position was filled' });
    expect(run.reasonCode).toBe('called_off');
  });

  it('calls an invitation off while the vendor cannot be reached', async () => {
    world.smg.admin.fault({ kind: 'http', command: 'application_create', status: 503, count: 1_000 });
    const person = applicant(world);
    move(world, person);
    const { id } = await runOf(world, person);
    await liveRun(world, id, 'the vendor is being asked', ({ status }) => status === 'inviting');
    expect(await act(id, 'cancel', { reason: 'never mind' })).toMatchObject({ status: 200 });
    await ended(world, person, 'cancelled');
    world.smg.admin.clearFaults();
    expect(world.smg.admin.applications({ email: person.email })).toEqual([]);
    expect(inLever(world, person).tags).not.toContain('POP-IN-Progress');
  });

  it('calls an invitation off before the vendor has answered it', async () => {
    world.smg.admin.fault({ kind: 'delay', command: 'application_create', ms: 5_000, when: 'after' });
    const person = applicant(world);
    move(world, person);
    const { applicationId } = await applied(world, person);
    const { id } = await runOf(world, person);
    expect(await act(id, 'cancel', { reason: 'too late' })).toMatchObject({ status: 200 });
    await ended(world, person, 'cancelled');
    expect(world.smg.admin.application(applicationId).status).not.toBe('completed');
    const { tags, notes } = inLever(world, person);
    expect(tags).not.toContain('POP-IN-Progress');
    // One says that it was called off, the other that the candidate has the invitation all the same.
    expect(notes).toHaveLength(2);
    expect(JSON.stringify(notes)).toContain('was invited before the run was cancelled');
  });

  it.each([
    ['extend', { until: '2020-01-01T00:00:00Z' }, 'choose a later one'],
    ['extend', { by: '4000d' }, null],
    ['cancel', {}, null],
  ] as const)('is refused %s with %j', async (action, body, words) => {
    const { id } = await invitedRun();
    const { status, body: problem } = await act(id, action, body);
    expect(status).toBe(words === null ? 422 : 409);
    if (words !== null) expect(problem.detail).toContain(words);
    expect((await look(world, id)).live?.status).toBe('invited');
  });

  it('is told that a run which is over cannot be reminded, extended or cancelled', async () => {
    const { person, application, id } = await invitedRun();
    world.smg.admin.complete(application.applicationId);
    const { workflowId } = await ended(world, person, 'completed');
    // Its last record comes with its last effect, a moment before the workflow itself is over.
    await world.client.workflow.getHandle(workflowId).result();
    for (const [action, body] of [
      ['remind', undefined],
      ['extend', { by: '1d' }],
      ['cancel', { reason: 'x' }],
    ] as const) {
      const answer = await act(id, action, body);
      expect([action, answer.status, answer.body.code]).toEqual([action, 409, 'conflict']);
      expect(answer.body.detail).toMatch(/over/);
    }
  });

  it('is told that a run whose invitation is not out yet cannot be reminded', async () => {
    world.smg.admin.fault({ kind: 'http', command: 'application_create', status: 503, count: 1_000 });
    const person = applicant(world);
    move(world, person);
    const { id } = await runOf(world, person);
    await liveRun(world, id, 'the vendor is being asked', ({ status }) => status === 'inviting');
    const answer = await act(id, 'remind');
    expect(answer.status).toBe(409);
    expect(answer.body.detail).toContain('no open invitation');
    world.smg.admin.clearFaults();
    await applied(world, person);
  });
});
