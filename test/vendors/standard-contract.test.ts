import { overtaken } from '../../domain/event-position';
import { pdf } from '../../simulators/kit/pdf';
import { SEED } from '../../simulators/lever/seed';
import { goodResult } from '../../simulators/standard/admin';
import type { Person } from '../helpers/actions';
import { ended, inLever, look, operator } from '../helpers/actions';
import { until } from '../helpers/until';
import { standardDriver } from './standard-driver';
import type { StandardWorld } from './standard-updates';
import { sendSigned, tells, update, verdictsOf } from './standard-updates';
import { amendedTo, invitedPerson, scenariosOf, shows, withSettings } from './vendor-world';

/** What the published contract promises beside the way that all vendors go. */

const scenario = scenariosOf(standardDriver);

const done = (world: StandardWorld, ref: string) =>
  goodResult(world.vendor.standard.url + `/report/${ref}`) as Record<string, unknown>;

scenario('believes the count of the vendor more than the order of arrival', async (world) => {
  const { admin } = world.vendor.standard;
  const person = await invitedPerson(world);
  const { ref } = person.invitation;
  await update(world, ref, { sequence: 5 });
  await shows(world, person, 'started');
  // While the run is open: the candidate had declined, and then begun after all.
  expect((await update(world, ref, { sequence: 4, status: 'declined', message: 'no time' })).status).toBe(
    200,
  );
  await tells(
    world,
    person,
    `declined: ${overtaken({ attempt: 1, sequence: 4 }, { attempt: 1, sequence: 5 })}`,
  );
  await shows(world, person, 'started');

  admin.set(ref, { ...done(world, ref), attempt: 2, sequence: 3 });
  await update(world, ref, { ...done(world, ref), attempt: 2, sequence: 3 });
  const { id, workflowId } = await ended(world, person, 'completed');
  await shows(world, person, 'completed');
  // Its amendment is meant, not the last moment of the run itself (decision 0033).
  await world.client.workflow.getHandle(workflowId).result();
  // And when it is over: what was sent before the completion comes behind it, at last from an earlier attempt.
  await update(world, ref, { attempt: 2, sequence: 2, status: 'declined' });
  await tells(
    world,
    person,
    `declined: ${overtaken({ attempt: 2, sequence: 2 }, { attempt: 2, sequence: 3 })}`,
  );
  await update(world, ref, { attempt: 1, sequence: 9, status: 'declined' });
  await tells(
    world,
    person,
    `declined: ${overtaken({ attempt: 1, sequence: 9 }, { attempt: 2, sequence: 3 })}`,
  );
  expect(await look(world, id)).toMatchObject({ status: 'completed' });
  await shows(world, person, 'completed');
  // What is newer does change it.
  await update(world, ref, { attempt: 2, sequence: 4, status: 'declined', message: 'withdrew' });
  await amendedTo(world, id, 'declined');
});

scenario('refuses an update at the address of another order', async (world) => {
  const [one, other] = [await invitedPerson(world), await invitedPerson(world)];
  const { callbackUrl } = world.vendor.standard.admin.application(other.invitation.ref);
  expect(await update(world, one.invitation.ref, { status: 'declined' }, callbackUrl)).toMatchObject({
    status: 422,
    body: {
      code: 'input.invalid',
      detail: expect.stringContaining(`belongs to the order "${other.invitation.ref}"`),
      errors: [{ path: 'order', message: expect.any(String) }],
    },
  });
  await until(
    'it is on record',
    () => verdictsOf(world, other),
    (verdicts) => verdicts.includes('unread rejected'),
  );
  await shows(world, one, 'invited');
  await shows(world, other, 'invited');
});

const attached = (world: StandardWorld, person: Person): string[] =>
  inLever(world, person).files.map(({ name }) => name);

scenario('puts files on the opportunity, given by address and as content, before the move', async (world) => {
  const { admin } = world.vendor.standard;
  const person = await invitedPerson(world);
  const { ref } = person.invitation;
  const files = [
    { label: 'Report', name: 'report.pdf', contentType: 'application/pdf', url: admin.fileUrl(ref) },
    {
      name: 'certificate.pdf',
      contentType: 'application/pdf',
      content: pdf('Certificate', ['Passed']).toString('base64'),
    },
  ];
  admin.say(ref, { ...done(world, ref), files });
  await ended(world, person, 'completed');
  await shows(world, person, 'completed');
  expect(attached(world, person).sort()).toEqual([
    expect.stringMatching(/^certificate-\w{8}\.pdf$/),
    expect.stringMatching(/^report-\w{8}\.pdf$/),
  ]);
  // The same result again, evaluated anew: nothing is attached twice.
  admin.say(ref, { ...done(world, ref), files, score: { value: 80, max: 100 } });
  await until(
    'the new score is told',
    () => JSON.stringify(inLever(world, person).notes),
    (notes) => notes.includes('Score: 80 of 100'),
  );
  expect(attached(world, person)).toHaveLength(2);
});

scenario('says which files it could not have, and moves the candidate all the same', async (world) => {
  const { admin } = world.vendor.standard;
  const person = await invitedPerson(world);
  const { ref } = person.invitation;
  const contentType = 'application/pdf';
  admin.say(ref, {
    ...done(world, ref),
    files: [
      { label: 'Private', name: 'a.pdf', contentType, url: 'https://10.0.0.1/a.pdf' },
      { label: 'Gone', name: 'b.pdf', contentType, url: admin.fileUrl('nobody') },
      { label: 'Page', name: 'c.pdf', contentType, content: Buffer.from('<html>').toString('base64') },
      { label: 'Changed', name: 'd.pdf', contentType, url: admin.fileUrl(ref), sha256: '0'.repeat(64) },
    ],
  });
  await ended(world, person, 'completed');
  const { notes, tags, stage, files } = inLever(world, person);
  expect(files).toEqual([]);
  expect(stage).toBe(SEED.stages.review);
  expect(tags).toEqual(expect.arrayContaining(['Assessment Completed', 'Assessment Error']));
  const said = JSON.stringify(notes);
  for (const words of [
    'Private\\" was not attached: the hub may not fetch it',
    'Gone\\" was not attached: 127.0.0.1',
    'Page\\" was not attached: its content is no application/pdf.',
    'Changed\\" was not attached: its content is not the announced one',
  ]) {
    expect(said).toContain(words);
  }
});

scenario('says whose name is missing where nobody may upload files', async (world) => {
  const { admin } = world.vendor.standard;
  await withSettings(world, { performAs: null }, async () => {
    const person = await invitedPerson(world);
    const { ref } = person.invitation;
    const url = admin.fileUrl(ref);
    const file = { label: 'Report', name: 'report.pdf', contentType: 'application/pdf', url };
    admin.say(ref, { ...done(world, ref), files: [file] });
    await ended(world, person, 'completed');
    const { notes, files, stage } = inLever(world, person);
    expect([files, stage]).toEqual([[], SEED.stages.review]);
    expect(JSON.stringify(notes)).toContain('name no Lever user');
    expect(JSON.stringify(notes)).toContain(url);
  });
});

scenario(
  'tells the vendor what is wrong with its answers, and goes on once that is mended',
  async (world) => {
    const { admin } = world.vendor.standard;
    const person = await invitedPerson(world);
    const { ref } = person.invitation;
    const good = { ...done(world, ref), sequence: 2 };
    admin.set(ref, { ...good, score: { value: 'good' }, links: [{ label: 'Report' }] });
    await update(world, ref, good);
    const mine = () => admin.problems().filter(({ order }) => order === ref);
    const [first, second] = await until('the vendor is told twice', mine, ({ length }) => length > 1);
    expect(first).toMatchObject({
      request: 'GET /orders/:id',
      errors: [
        { path: 'score.value', message: expect.any(String) },
        { path: 'links.0.url', message: expect.any(String) },
      ],
    });
    expect(second?.webhookId).toBe(first?.webhookId);
    admin.set(ref, good);
    await ended(world, person, 'completed');
    await shows(world, person, 'completed');
  },
);

scenario('takes the list of packages that the vendor sends', async (world) => {
  const { admin } = world.vendor.standard;
  const { id, callbackUrl } = world.connection;
  const push = (body: unknown, options = {}) =>
    sendSigned('PUT', `${String(callbackUrl)}/packages`, body, options);
  const choose = (defaultAssessment: string) =>
    operator<{ errors?: { message: string }[] }>(world, 'PATCH', `/connections/${id}`, {
      settings: { defaultAssessment },
    });
  const sent = { id: 'sent', type: 'OTHER', name: 'Only sent' };

  expect((await choose('sent')).status).toBe(422);
  expect(await push({ packages: [...admin.packages, { ...sent, price: 5 }] })).toEqual({
    status: 200,
    body: { warnings: [{ path: 'packages.1.price', message: expect.any(String) }] },
  });
  expect((await choose('sent')).status).toBe(200);
  expect((await choose('sales-basics')).status).toBe(200);

  // What cannot be used, is older, or is not the vendor's own changes nothing.
  expect(await push({ packages: [{ ...sent, type: 'GAME' }] })).toMatchObject({
    status: 400,
    body: { code: 'input.malformed', errors: [{ path: 'packages.0.type', message: expect.any(String) }] },
  });
  expect(await push({ packages: [] }, { at: Date.now() - 60_000 })).toMatchObject({
    status: 409,
    body: { code: 'conflict' },
  });
  const secret = `whsec_${Buffer.from('somebody else is calling here').toString('base64')}`;
  expect((await push({ packages: [] }, { secret })).status).toBe(401);
  expect((await choose('sent')).status).toBe(200);
  expect((await choose('sales-basics')).status).toBe(200);

  const person = await invitedPerson(world);
  const ofOrder = admin.application(person.invitation.ref).callbackUrl;
  expect(await sendSigned('PUT', `${ofOrder}/packages`, { packages: [] })).toMatchObject({ status: 422 });
  // As the vendor's own program does it.
  expect(await admin.pushPackages(String(callbackUrl))).toEqual({ status: 200, body: { warnings: [] } });
  expect((await choose('sent')).status).toBe(422);
});
