import type { Fault } from '../../simulators/lever/faults';
import type { Person } from '../helpers/actions';
import {
  applicant,
  applied,
  ended,
  inLever,
  liveRun,
  look,
  move,
  operator,
  runOf,
  times,
  writes,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

const world = useWorld(startWorld);
afterEach(() => world.lever.admin.clearFaults());

const notFound = (path: string): Fault => ({ kind: 'status', status: 404, path, method: 'POST' });

/** Moves a new candidate while Lever refuses the writes to this route once, and waits for the run to ask for help. */
async function troubled(
  route: string,
): Promise<Person & { id: string; applicationId: string; effectId: string }> {
  const person = applicant(world);
  world.lever.admin.fault(notFound(`/opportunities/${person.opportunityId}/${route}`));
  move(world, person);
  const { applicationId } = await applied(world, person);
  const { id } = await runOf(world, person);
  const live = await liveRun(
    world,
    id,
    'the run asks for attention',
    ({ attention }) => attention.length > 0,
  );
  const [failed] = live.attention;
  return { ...person, id, applicationId, effectId: failed?.effectId ?? '' };
}

/** Waits until Lever shows this tag. */
const shows = (person: Person, tag: string): Promise<unknown> =>
  until(
    `Lever shows ${tag}`,
    () => inLever(world, person).tags,
    (tags) => tags.includes(tag),
  );

const act = (id: string, effectId: string, action: 'retry' | 'dismiss', body?: unknown) =>
  operator<{ status: string; detail?: string; code?: string }>(
    world,
    'POST',
    `/assessments/${id}/effects/${encodeURIComponent(effectId)}/${action}`,
    body,
  );

describe('the words of a refusal', () => {
  it('are Lever’s own, wherever one looks, without the person in them', async () => {
    const person = applicant(world);
    world.lever.admin.fault({
      kind: 'status',
      status: 400,
      path: `/opportunities/${person.opportunityId}/addLinks`,
      message: `Missing required parameter: perform_as for ${person.name} (${person.email}, +1 555 010 0199)`,
    });
    move(world, person);
    await applied(world, person);
    const { id } = await runOf(world, person);
    const { attention } = await liveRun(
      world,
      id,
      'it asks for attention',
      (run) => run.attention.length > 0,
    );
    const said = 'BadRequestError: Missing required parameter: perform_as for …';
    expect(attention[0]?.message).toContain(`Lever answered 400 (${said})`);
    const { timeline } = await until('the timeline has it', async () => {
      const run = await look(world, id);
      return run.timeline.some(({ kind }) => kind === 'effect_failed') ? run : null;
    });
    const told = timeline.find(({ kind }) => kind === 'effect_failed')?.detail ?? '';
    expect(told).toContain(said);
    expect(told).toContain("set serviceUserEmail or performAs in the connection's settings");
    expect(`${told} ${attention[0]?.message}`).not.toMatch(/Dana|example\.com|555/);
    const effect = `/assessments/${id}/effects/${encodeURIComponent(attention[0]?.effectId ?? '')}`;
    expect((await operator(world, 'POST', `${effect}/retry`)).status).toBe(200);
    expect(inLever(world, person).links).toHaveLength(1);
  });
});

describe('one effect that Lever refuses for good', () => {
  it('asks for attention wherever one looks, while the other effects are done', async () => {
    const person = await troubled('addLinks');
    expect(person.effectId).toBe('invited/link');
    await shows(person, 'POP-IN-Progress');
    expect(inLever(world, person).links).toEqual([]);

    const row = await until(
      'the record says so',
      () => look(world, person.id),
      ({ attention }) => attention,
    );
    expect(row).toMatchObject({ status: 'invited', lastError: 'lever.not_found' });
    expect(row.live?.attention).toEqual([
      expect.objectContaining({
        effectId: 'invited/link',
        kind: 'addLinks',
        code: 'lever.not_found',
        attempts: 1,
      }),
    ]);
    expect(row.timeline.map(({ kind }) => kind)).toContain('effect_failed');
    const { typedSearchAttributes } = await world.client.workflow.getHandle(row.workflowId).describe();
    const attributes = Object.fromEntries(
      typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
    );
    expect(attributes).toMatchObject({ FulcrumStatus: 'attention', FulcrumLastError: 'lever.not_found' });
    const listed = await operator<{ data: { id: string }[] }>(world, 'GET', '/assessments?attention=true');
    expect(listed.body.data.map(({ id }) => id)).toContain(person.id);
  });

  it('is finished by a retry', async () => {
    const person = await troubled('addLinks');
    const answer = await act(person.id, person.effectId, 'retry');
    expect(answer).toMatchObject({ status: 200, body: { status: 'invited' } });
    const { appLink } = world.smg.admin.application(person.applicationId);
    expect(inLever(world, person).links).toEqual([appLink]);
    await liveRun(
      world,
      person.id,
      'no attention is asked any more',
      ({ attention }) => attention.length === 0,
    );

    world.smg.admin.complete(person.applicationId);
    const run = await ended(world, person, 'completed');
    expect(run).toMatchObject({ attention: false });
    expect(times(inLever(world, person).tags, 'POP-Completed')).toBe(1);
  });

  it('may fail again under the retry, and be dismissed then', async () => {
    const person = await troubled('addLinks');
    world.lever.admin.fault(notFound(`/opportunities/${person.opportunityId}/addLinks`));
    expect((await act(person.id, person.effectId, 'retry')).status).toBe(200);
    await liveRun(world, person.id, 'it failed again', ({ attention }) => attention.length === 1);
    const answer = await act(person.id, person.effectId, 'dismiss', { reason: 'sent by hand' });
    expect(answer).toMatchObject({ status: 200, body: { status: 'invited' } });
    await liveRun(
      world,
      person.id,
      'no attention is asked any more',
      ({ attention }) => attention.length === 0,
    );

    world.smg.admin.complete(person.applicationId);
    const run = await ended(world, person, 'completed');
    const { repLink } = world.smg.admin.application(person.applicationId);
    expect(inLever(world, person).links).toEqual([repLink]);
    expect(run.timeline).toContainEqual(
      expect.objectContaining({
        kind: 'operator',
        detail: expect.stringContaining('sent by hand') as string,
      }),
    );
  });

  it('keeps the run open after its end at the vendor until a person has decided', async () => {
    const person = await troubled('addLinks');
    world.smg.admin.complete(person.applicationId);
    await shows(person, 'POP-Completed');
    const open = await liveRun(
      world,
      person.id,
      'the run is completed',
      ({ status }) => status === 'completed',
    );
    expect(open.attention).toHaveLength(1);
    expect((await look(world, person.id)).closedAt).toBeNull();
    expect((await act(person.id, person.effectId, 'retry')).status).toBe(200);
    await ended(world, person, 'completed');
    const { appLink, repLink } = world.smg.admin.application(person.applicationId);
    expect([...inLever(world, person).links].sort()).toEqual([appLink, repLink].sort());
  });

  it('that set the status is not tried any more once a later status was set', async () => {
    const person = await troubled('addTags');
    expect(person.effectId).toBe('invited/status');
    world.smg.admin.complete(person.applicationId);
    const run = await ended(world, person, 'completed');
    expect(run.attention).toBe(false);
    const { tags } = inLever(world, person);
    expect(times(tags, 'POP-Completed')).toBe(1);
    expect(tags).not.toContain('POP-IN-Progress');
    // Refused once; after that only the completed one was written.
    expect(times(writes(world, person), 'POST addTags')).toBe(2);
    const late = await act(person.id, person.effectId, 'retry');
    expect(late).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(inLever(world, person).tags).not.toContain('POP-IN-Progress');
  });

  it('can only be retried or dismissed by its name', async () => {
    const person = await troubled('addLinks');
    const answer = await act(person.id, 'invited/nonsense', 'retry');
    expect(answer.status).toBe(409);
    expect(answer.body.detail).toContain('invited/link');
    expect((await act(person.id, person.effectId, 'dismiss', {})).status).toBe(422);
  });
});
