import { createHmac } from 'node:crypto';
import type { InvitationView } from '../../simulators/assessfirst/admin';
import { SEED } from '../../simulators/lever/seed';
import type { Person } from '../helpers/actions';
import {
  applicant,
  deliveriesOf,
  ended,
  inLever,
  look,
  move,
  operator,
  runOf,
  runsOf,
} from '../helpers/actions';
import { until } from '../helpers/until';
import type { SimulatedAssessFirst } from './assessfirst-driver';
import { assessFirstDriver, errorTag, tag } from './assessfirst-driver';
import * as scenarios from './scenarios';
import { completedUnasked, waysToFail } from './unanswered';
import type { VendorWorld } from './vendor-world';
import {
  callbacksOf,
  enters,
  invitationOf,
  invitedPerson,
  scenariosOf,
  shows,
  withSettings,
} from './vendor-world';

const scenario = scenariosOf(assessFirstDriver);

scenario('expires here', scenarios.expiredHere);
scenario('is found completed although the callback was lost', scenarios.lostCallback);
scenario('hears the same several times', scenarios.duplicateCallbacks);
scenario('hears of the end before the answer to the invitation', scenarios.earlyCallback);
scenario('hears of the end before the start', scenarios.reorderedCallbacks);
scenario('is completed after it has expired', scenarios.completedAfterExpiry);
scenario("does not take a stranger's invitation for its own", scenarios.stranger);
scenario('refuses a callback with a wrong signature', scenarios.wrongSignature);
scenario('waits while AssessFirst is down', scenarios.vendorDown);
scenario('invites once although the answer was lost', scenarios.lostAnswer);
scenario('waits as long as AssessFirst asks', scenarios.rateLimited);
scenario('is called off when the candidate is archived', scenarios.archivedMeanwhile);

/** Public are the catalogue and the address of the invitation; what AssessFirst answers about results is a guess. */
for (const [how, fault] of waysToFail('GET /candidate/:uuid/results')) {
  scenario(`is completed by its webhook although questions about results ${how}`, (world) =>
    completedUnasked(world, world.vendor.assessfirst.admin, fault, () => ({
      tags: [tag('Completed')],
      links: [],
      notes: ['was completed. AssessFirst gave no result: look it up there.'],
    })),
  );
}

scenario('learns from its first webhook how AssessFirst names an invitation', async (world) => {
  const { admin } = world.vendor.assessfirst;
  const operation = 'POST /candidate/send-invitation';
  admin.fault({ kind: 'odd-answer', operation, body: { data: { status: 'sent' } } });
  const person = enters(world);
  const invitation = await invitationOf(world, person);
  await shows(world, person, 'invited');
  world.vendor.complete(invitation.ref);
  await ended(world, person, 'completed');
  await shows(world, person, 'completed');
});

type AssessFirstWorld = VendorWorld<SimulatedAssessFirst>;

/** A candidate for a new posting with these tags, moved into the trigger stage. */
function entersWith(world: AssessFirstWorld, tags: string[]): Person {
  const postingId = world.lever.admin.addPosting({ text: 'Open position', tags });
  const person = applicant(world, { postingId });
  move(world, person);
  return person;
}

async function invitedWith(
  world: AssessFirstWorld,
  tags: string[],
): Promise<Person & { view: InvitationView }> {
  const person = entersWith(world, tags);
  const { ref } = await invitationOf(world, person);
  await hasStatus(world, person, tag('Invited'));
  return { ...person, view: world.vendor.assessfirst.admin.application(ref) };
}

/** Waits until this is the one status tag. */
const hasStatus = (world: AssessFirstWorld, person: Person, wanted: string): Promise<unknown> =>
  until(
    `Lever shows "${wanted}"`,
    () => statusTags(world, person),
    (tags) => tags.join() === wanted,
  );

const statusTags = (world: AssessFirstWorld, person: Person): string[] =>
  inLever(world, person).tags.filter((text) => text.includes('AssessFirst:'));

const notesOf = (world: AssessFirstWorld, person: Person): string[] =>
  inLever(world, person).notes.map((note) => JSON.stringify(note));

const oneNote = (world: AssessFirstWorld, person: Person): Promise<string> =>
  until('the note is there', () => notesOf(world, person)[0]);

describe('asked again and again', () => {
  const often = { POLL_INTERVAL_MIN: '500ms', POLL_INTERVAL_MAX: '1s' };
  const whenAsked = scenariosOf(assessFirstDriver, often);

  whenAsked('tells what no webhook does: the candidate declined', (world) =>
    // No deadline whose last look could find it, or come before it is there to be found.
    withSettings(world, { expiresAfter: 'never' }, async () => {
      const person = await invitedPerson(world);
      world.vendor.decline?.(person.invitation.ref);
      await ended(world, person, 'declined');
      await shows(world, person, 'declined');
      expect(await callbacksOf(world, person)).toEqual([]);
    }),
  );
});

scenario('sends the model of the tag, in the name of the service user', async (world) => {
  const { admin } = world.vendor.assessfirst;
  const { view, ...person } = await invitedWith(world, ['Team A', '🦄✨\ufe0f  Sales']);
  expect(view).toMatchObject({
    model: 'Sales',
    email: person.email,
    name: 'Dana Example',
    recruiterEmail: 'integration.service@customer.example.com',
  });
  expect(admin.mailbox({ to: person.email })).toEqual([expect.objectContaining({ link: view.link })]);
  admin.complete(view.id, { scores: { global: 82, swipe: 79 } });
  await ended(world, person, 'completed');
  await hasStatus(world, person, tag('Completed'));
  const note = await oneNote(world, person);
  expect(note).toContain('Predictive model: Sales');
  expect(note).toContain('Global fit: 82');
  expect(note).toContain('SWIPE: 79');
  expect(note).toContain(`Profile: ${view.profileUrl}`);
  expect(note).toContain(SEED.users.service);
});

scenario('sends the questionnaires alone, and shows no scores', async (world) => {
  const { view, ...person } = await invitedWith(world, ['No predictive model']);
  expect(view.model).toBeNull();
  world.vendor.complete(view.id);
  await ended(world, person, 'completed');
  const note = await oneNote(world, person);
  expect(note).toContain('SWIPE: completed');
  expect(note).not.toContain('Global fit');
});

scenario(
  'stays in progress until every questionnaire of the model is there, whatever is said',
  async (world) => {
    const { admin } = world.vendor.assessfirst;
    const { view, ...person } = await invitedWith(world, ['🦄 Store manager']);
    expect(view.missing).toEqual(['swipe', 'drive', 'brain', 'voice']);
    for (const name of ['swipe', 'drive', 'brain'] as const) admin.answer(view.id, name);
    await hasStatus(world, person, tag('In progress'));
    const { id } = await runOf(world, person);
    admin.say(view.id, 'candidate.completed');
    await until(
      'the vendor was asked',
      () => admin.requests({ operation: 'GET /candidate/:uuid/results' }),
      (asked) => asked.some(({ path, status }) => path.includes(view.candidateUuid) && status === 200),
    );
    // News are taken one after another: when this is known as old, the answer to the question was understood.
    admin.resend(view.id);
    await until(
      'an old step came again',
      async () => (await look(world, id)).timeline,
      (timeline) =>
        timeline.some(({ kind, detail }) => kind === 'event_ignored' && detail?.includes('brain') === true),
    );
    expect((await runOf(world, person)).status).toBe('in_progress');
    expect(statusTags(world, person)).toEqual([tag('In progress')]);

    admin.answer(view.id, 'voice');
    await ended(world, person, 'completed');
    await hasStatus(world, person, tag('Completed'));
    const { timeline } = await look(world, id);
    expect(timeline.filter(({ kind }) => kind === 'closed')).toHaveLength(1);
    expect(notesOf(world, person)).toHaveLength(1);
  },
);

scenario('says which tag fits no model, and invites nobody', async (world) => {
  const person = entersWith(world, ['🦄 Astronaut']);
  await ended(world, person, 'failed');
  await hasStatus(world, person, errorTag);
  const note = await oneNote(world, person);
  expect(note).toContain('Astronaut');
  expect(note).toContain('AssessFirst has no created model of this name');
  expect(world.vendor.invitations(person.email)).toEqual([]);

  // The tag is corrected, the candidate moved once more.
  const { posting } = inLever(world, person);
  world.lever.admin.setPostingTags(String(posting), ['🦄 web designer']);
  move(world, person, SEED.stages.newApplicant);
  move(world, person);
  await invitationOf(world, person);
  await hasStatus(world, person, tag('Invited'));
});

scenario('says that a posting asks for two models', async (world) => {
  const person = entersWith(world, ['🦄 web designer', '🦄✨ Sales']);
  await ended(world, person, 'skipped');
  await hasStatus(world, person, errorTag);
  expect(await oneNote(world, person)).toContain('asks for several predictive models');
});

scenario('sends nothing, and says nothing, where no tag is meant for AssessFirst', async (world) => {
  const person = entersWith(world, ['web designer']);
  await ended(world, person, 'skipped');
  expect(statusTags(world, person)).toEqual([]);
  expect(notesOf(world, person)).toEqual([]);
  expect(world.vendor.invitations(person.email)).toEqual([]);
});

scenario('takes the newest of two models of one name, and says so', async (world) => {
  const { admin } = world.vendor.assessfirst;
  const models = admin.models();
  const [older] = models;
  if (older === undefined) throw new Error('the catalogue is empty');
  const newer = { ...older, uuid: '0'.repeat(32), created_at: '2026-01-01 00:00:00' };
  admin.setModels([newer, ...models]);
  try {
    const { view: _view, ...person } = await invitedWith(world, [`🦄 ${older.name}`]);
    expect(await oneNote(world, person)).toContain('has 2 predictive models named');
    const sent = admin.requests({ operation: 'POST /candidate/send-invitation' }).at(-1);
    expect(sent?.body).toMatchObject({ predictive_model_uuid: newer.uuid });
  } finally {
    admin.setModels(models);
  }
});

const signature = (body: string, secret: unknown): string => {
  const time = Math.floor(Date.now() / 1_000);
  return `t=${time},v1=${createHmac('sha256', String(secret)).update(`${time}.${body}`).digest('hex')}`;
};

scenario('keeps an echo on record and does nothing about it', async (world) => {
  const { admin } = world.vendor.assessfirst;
  const person = await invitedPerson(world);
  const [application] = admin.applications({ email: person.email });
  const body = JSON.stringify({
    event: 'invitation.sent',
    data: { candidate_uuid: application?.candidateUuid, invitation_uuid: application?.id },
  });
  const answer = await fetch(String(application?.callbackUrl), {
    method: 'POST',
    headers: { 'af-signature': signature(body, world.vendor.credentials['webhookSecret']) },
    body,
  });
  expect(answer.status).toBe(200);
  const [echo] = await until(
    'it is on record',
    () => callbacksOf(world, person),
    ({ length }) => length > 0,
  );
  expect(echo).toMatchObject({ verdict: 'ignored' });
  expect(await runsOf(world, person)).toHaveLength(1);
  expect(await deliveriesOf(world, person)).toHaveLength(1);
});

describe('the service user', () => {
  const patch = (world: AssessFirstWorld, serviceUserEmail: string | null) =>
    operator<{ detail?: string }>(world, 'PATCH', `/connections/${world.connection.id}`, {
      settings: { serviceUserEmail },
    });

  scenario('must be named', async (world) => {
    const { status, body } = await patch(world, null);
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain('whose access role is \\"super admin\\"');
  });

  scenario('must be a Super Admin', async (world) => {
    const { status, body } = await patch(world, 'riley.recruiter@customer.example.com');
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain('has the access role \\"team member\\" in Lever');
  });
});
