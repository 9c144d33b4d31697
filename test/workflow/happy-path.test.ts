import { SEED } from '../../simulators/lever/seed';
import type { FullAssessment } from '../helpers/actions';
import { applications, ended, inLever, invitedApplicant, times, writes } from '../helpers/actions';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

const world = useWorld(() => startWorld({ settings: { performAs: SEED.users.service } }));

describe('a candidate who is moved into the trigger stage and completes the assessment', () => {
  let run: FullAssessment;
  let person: Awaited<ReturnType<typeof invitedApplicant>>;
  beforeAll(async () => {
    person = await invitedApplicant(world);
    world.smg.admin.complete(person.application.applicationId);
    run = await ended(world, person, 'completed');
  });

  it('stands in Lever as completed, with every tag and link exactly once and no note', () => {
    const { tags, links, notes } = inLever(world, person);
    expect(tags).not.toContain('POP-IN-Progress');
    expect(tags).not.toContain('POP-Error');
    for (const tag of ['POP-Completed', 'POP-10002063-Leadership', 'POP-INVITE-CANDIDATE']) {
      expect([tag, times(tags, tag)]).toEqual([tag, 1]);
    }
    const { appLink, repLink } = world.smg.admin.application(person.application.applicationId);
    expect([...links].sort()).toEqual([appLink, repLink].sort());
    expect(notes).toEqual([]);
  });

  it('was invited once, by one e-mail, under our assessment id', () => {
    expect(applications(world, person)).toHaveLength(1);
    expect(world.smg.admin.mailbox({ to: person.email })).toHaveLength(1);
    expect(person.application.fields['assessment_id']).toBe(run.id);
  });

  it('took Lever five writes, in order, in the name of the service user', () => {
    const made = writes(world, person);
    expect(made.slice(0, 2).sort()).toEqual(['POST addLinks', 'POST addTags']);
    expect(made.slice(2).sort()).toEqual(['POST addLinks', 'POST addTags', 'POST removeTags']);
    expect(made.indexOf('POST removeTags')).toBeLessThan(made.lastIndexOf('POST addTags'));
    const names = world.lever.admin
      .requests()
      .filter(({ method, path }) => method !== 'GET' && path.includes(person.opportunityId))
      .map(({ query }) => query['perform_as']);
    expect(new Set(names)).toEqual(new Set([SEED.users.service]));
  });

  it('took Lever seven requests in all, those that lever-api 8.1 argues for', () => {
    const about = [person.opportunityId, SEED.postings.storeManager];
    const asked = world.lever.admin
      .requests()
      .filter(({ path }) => about.some((id) => path.includes(id)))
      .map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    expect(asked.slice(0, 2)).toEqual([`GET ${person.opportunityId}`, `GET ${SEED.postings.storeManager}`]);
    expect(asked).toHaveLength(7);
  });

  it('is on record from the routing to the end, without attention or error', () => {
    expect(run).toMatchObject({
      attention: false,
      suspended: false,
      lastError: null,
      vendorRef: person.application.applicationId,
      assessment: { ref: '10002063', name: 'Leadership' },
      candidate: { name: person.name, email: person.email },
    });
    const states = run.timeline.filter(({ kind }) => kind === 'status').map(({ status }) => status);
    expect(states).toEqual(['inviting', 'invited', 'completed']);
    expect(run.timeline.at(-1)).toMatchObject({ kind: 'closed', status: 'completed' });
    expect(run.timeline.map(({ seq }) => seq)).toEqual(run.timeline.map((_, index) => index + 1));
  });

  it('is found in Temporal by its search attributes and says what it did', async () => {
    const handle = world.client.workflow.getHandle(run.workflowId);
    // The last record is written a moment before the workflow itself returns.
    await expect(handle.result()).resolves.toEqual({ status: 'completed', reason: null });
    const found = await handle.describe();
    const attributes = Object.fromEntries(
      found.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
    );
    expect(attributes).toMatchObject({
      FulcrumConnection: world.connection.id,
      FulcrumVendor: 'smg',
      FulcrumOpportunity: person.opportunityId,
      FulcrumPosting: SEED.postings.storeManager,
      FulcrumStatus: 'completed',
    });
  });
});
