import { createHmac } from 'node:crypto';
import { SEED } from '../../simulators/lever/seed';
import type { InvitationView } from '../../simulators/assessfirst/admin';
import {
  applicant,
  deliveriesOf,
  ended,
  inLever,
  look,
  move,
  operator,
  patience,
  runOf,
  runsOf,
} from '../helpers/story';
import type { Person } from '../helpers/story';
import { until } from '../helpers/until';
import { assessFirstDriver, errorTag, tag } from './assessfirst-driver';
import type { SimulatedAssessFirst } from './assessfirst-driver';
import { callbacksOf, enters, invitationOf, invitedPerson, shows, storiesOf, withSettings } from './scene';
import type { Scene } from './scene';
import * as stories from './stories';
import { completedUnasked, waysToFail } from './unanswered';

const story = storiesOf(assessFirstDriver);

story('goes from the stage change to scores and reports', stories.happyPath);
story('invites somebody of one name', stories.ofOneName);
story('expires here', stories.expiredHere);
story('is found completed although the callback was lost', stories.lostCallback);
story('hears the same several times', stories.duplicateCallbacks);
story('hears of the end before the answer to the invitation', stories.earlyCallback);
story('hears of the end before the start', stories.reorderedCallbacks);
story('is completed after it has expired', stories.completedAfterExpiry);
story("does not take a stranger's invitation for its own", stories.stranger);
story('refuses a callback with a wrong signature', stories.wrongSignature);
story('waits while AssessFirst is down', stories.vendorDown);
story('invites once although the answer was lost', stories.lostAnswer);
story('waits as long as AssessFirst asks', stories.rateLimited);
story('is called off when the candidate is archived', stories.archivedMeanwhile);

/** Public are the catalogue and the address of the invitation; what AssessFirst answers about results is a guess. */
for (const [how, fault] of waysToFail('GET /candidate/:uuid/results')) {
  story(`is completed by its webhook although questions about results ${how}`, (scene) =>
    completedUnasked(scene, scene.vendor.assessfirst.admin, fault, () => ({
      tags: [tag('Completed')],
      links: [],
      notes: ['was completed. AssessFirst told no result: look for it there.'],
    })),
  );
}

story('learns from its first webhook how AssessFirst names an invitation', async (scene) => {
  const { admin } = scene.vendor.assessfirst;
  const operation = 'POST /candidate/send-invitation';
  admin.fault({ kind: 'odd-answer', operation, body: { data: { status: 'sent' } } });
  const person = enters(scene);
  const invitation = await invitationOf(scene, person);
  await shows(scene, person, 'invited');
  scene.vendor.complete(invitation.ref);
  await ended(scene.world, person, 'completed');
  await shows(scene, person, 'completed');
});

type AfScene = Scene<SimulatedAssessFirst>;

/** A candidate for a new posting with these tags, moved into the trigger stage. */
function entersWith({ world }: AfScene, tags: string[]): Person {
  const postingId = world.lever.admin.addPosting({ text: 'Open position', tags });
  const person = applicant(world, { postingId });
  move(world, person);
  return person;
}

async function invitedWith(scene: AfScene, tags: string[]): Promise<Person & { view: InvitationView }> {
  const person = entersWith(scene, tags);
  const { ref } = await invitationOf(scene, person);
  await hasStatus(scene, person, tag('Invited'));
  return { ...person, view: scene.vendor.assessfirst.admin.application(ref) };
}

/** Waits until this is the one status tag. */
const hasStatus = (scene: AfScene, person: Person, wanted: string): Promise<unknown> =>
  until(`Lever shows "${wanted}"`, () => statusTags(scene, person).join() === wanted, patience);

const statusTags = ({ world }: AfScene, person: Person): string[] =>
  inLever(world, person).tags.filter((text) => text.includes('AssessFirst:'));

const notesOf = (scene: AfScene, person: Person): string[] =>
  inLever(scene.world, person).notes.map((note) => JSON.stringify(note));

const oneNote = (scene: AfScene, person: Person): Promise<string> =>
  until('the note is there', () => notesOf(scene, person)[0], patience);

story('finds by asking what no webhook tells: the candidate declined', (scene) =>
  withSettings(scene, { expiresAfter: '4s' }, async () => {
    const person = await invitedPerson(scene);
    scene.vendor.decline?.(person.invitation.ref);
    await ended(scene.world, person, 'declined');
    await shows(scene, person, 'declined');
    expect(await callbacksOf(scene, person)).toEqual([]);
  }),
);

story('sends the model of the tag, in the name of the service user', async (scene) => {
  const { admin } = scene.vendor.assessfirst;
  const { view, ...person } = await invitedWith(scene, ['Team A', '🦄✨\ufe0f  Sales']);
  expect(view).toMatchObject({
    model: 'Sales',
    email: person.email,
    name: 'Dana Example',
    recruiterEmail: 'integration.service@customer.example.com',
  });
  expect(admin.mailbox({ to: person.email })).toEqual([expect.objectContaining({ link: view.link })]);
  admin.complete(view.id, { scores: { global: 82, swipe: 79 } });
  await ended(scene.world, person, 'completed');
  await hasStatus(scene, person, tag('Completed'));
  const note = await oneNote(scene, person);
  expect(note).toContain('Predictive model: Sales');
  expect(note).toContain('Global fit: 82');
  expect(note).toContain('SWIPE: 79');
  expect(note).toContain(`Profile: ${view.profileUrl}`);
  expect(note).toContain(SEED.users.service);
});

story('sends the questionnaires alone, and shows no scores', async (scene) => {
  const { view, ...person } = await invitedWith(scene, ['No predictive model']);
  expect(view.model).toBeNull();
  scene.vendor.complete(view.id);
  await ended(scene.world, person, 'completed');
  const note = await oneNote(scene, person);
  expect(note).toContain('SWIPE: completed');
  expect(note).not.toContain('Global fit');
});

story(
  'stays in progress until every questionnaire of the model is there, whatever is said',
  async (scene) => {
    const { admin } = scene.vendor.assessfirst;
    const { view, ...person } = await invitedWith(scene, ['🦄 Store manager']);
    expect(view.missing).toEqual(['swipe', 'drive', 'brain', 'voice']);
    for (const name of ['swipe', 'drive', 'brain'] as const) admin.answer(view.id, name);
    await hasStatus(scene, person, tag('In progress'));
    const { id } = await runOf(scene.world, person);
    admin.say(view.id, 'candidate.completed');
    await until(
      'the vendor was asked',
      () =>
        admin
          .requests({ operation: 'GET /candidate/:uuid/results' })
          .some(({ path, status }) => path.includes(view.candidateUuid) && status === 200),
      patience,
    );
    // News are taken one after another: when this is known as old, the answer to the question was understood.
    admin.resend(view.id);
    await until(
      'an old step came again',
      async () =>
        (await look(scene.world, id)).timeline.some(
          ({ kind, detail }) => kind === 'event_ignored' && detail?.includes('brain') === true,
        ),
      patience,
    );
    expect((await runOf(scene.world, person)).status).toBe('in_progress');
    expect(statusTags(scene, person)).toEqual([tag('In progress')]);

    admin.answer(view.id, 'voice');
    await ended(scene.world, person, 'completed');
    await hasStatus(scene, person, tag('Completed'));
    const { timeline } = await look(scene.world, id);
    expect(timeline.filter(({ kind }) => kind === 'closed')).toHaveLength(1);
    expect(notesOf(scene, person)).toHaveLength(1);
  },
);

story('says which tag fits no model, and invites nobody', async (scene) => {
  const person = entersWith(scene, ['🦄 Astronaut']);
  await ended(scene.world, person, 'failed');
  await hasStatus(scene, person, errorTag);
  const note = await oneNote(scene, person);
  expect(note).toContain('Astronaut');
  expect(note).toContain('AssessFirst has no created model of this name');
  expect(scene.vendor.invitations(person.email)).toEqual([]);

  // The tag is corrected, the candidate moved once more.
  const { posting } = inLever(scene.world, person);
  scene.world.lever.admin.setPostingTags(String(posting), ['🦄 web designer']);
  move(scene.world, person, SEED.stages.newApplicant);
  move(scene.world, person);
  await invitationOf(scene, person);
  await hasStatus(scene, person, tag('Invited'));
});

story('says that a posting asks for two models', async (scene) => {
  const person = entersWith(scene, ['🦄 web designer', '🦄✨ Sales']);
  await ended(scene.world, person, 'skipped');
  await hasStatus(scene, person, errorTag);
  expect(await oneNote(scene, person)).toContain('asks for several predictive models');
});

story('sends nothing, and says nothing, where no tag is meant for AssessFirst', async (scene) => {
  const person = entersWith(scene, ['web designer']);
  await ended(scene.world, person, 'skipped');
  expect(statusTags(scene, person)).toEqual([]);
  expect(notesOf(scene, person)).toEqual([]);
  expect(scene.vendor.invitations(person.email)).toEqual([]);
});

story('takes the newest of two models of one name, and says so', async (scene) => {
  const { admin } = scene.vendor.assessfirst;
  const models = admin.models();
  const [older] = models;
  if (older === undefined) throw new Error('the catalogue is empty');
  const newer = { ...older, uuid: '0'.repeat(32), created_at: '2026-01-01 00:00:00' };
  admin.setModels([newer, ...models]);
  try {
    const { view: _view, ...person } = await invitedWith(scene, [`🦄 ${older.name}`]);
    expect(await oneNote(scene, person)).toContain('has 2 predictive models named');
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

story('keeps an echo on record and does nothing about it', async (scene) => {
  const { admin } = scene.vendor.assessfirst;
  const person = await invitedPerson(scene);
  const [application] = admin.applications({ email: person.email });
  const body = JSON.stringify({
    event: 'invitation.sent',
    data: { candidate_uuid: application?.candidateUuid, invitation_uuid: application?.id },
  });
  const answer = await fetch(String(application?.callbackUrl), {
    method: 'POST',
    headers: { 'af-signature': signature(body, scene.vendor.credentials['webhookSecret']) },
    body,
  });
  expect(answer.status).toBe(200);
  const [echo] = await until(
    'it is on record',
    async () => {
      const found = await callbacksOf(scene, person);
      return found.length > 0 ? found : null;
    },
    patience,
  );
  expect(echo).toMatchObject({ verdict: 'ignored' });
  expect(await runsOf(scene.world, person)).toHaveLength(1);
  expect(await deliveriesOf(scene.world, person)).toHaveLength(1);
});

describe('the service user', () => {
  const patch = (scene: AfScene, serviceUserEmail: string | null) =>
    operator<{ detail?: string }>(scene.world, 'PATCH', `/connections/${scene.world.connection.id}`, {
      settings: { serviceUserEmail },
    });

  story('must be named', async (scene) => {
    const { status, body } = await patch(scene, null);
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain('whose access role is \\"super admin\\"');
  });

  story('must be a Super Admin', async (scene) => {
    const { status, body } = await patch(scene, 'riley.recruiter@customer.example.com');
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain('has the access role \\"team member\\" in Lever');
  });
});
