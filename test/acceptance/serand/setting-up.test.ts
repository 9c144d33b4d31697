import { SEED } from '../../../simulators/lever/seed';
import { ended } from '../../helpers/actions';
import { until } from '../../helpers/until';
import { useWorld } from '../../helpers/use-world';
import {
  accepts,
  answered,
  atConsent,
  connectionOf,
  connectionsOf,
  newCandidate,
  sets,
  startAfresh,
} from '../people/customer';
import { atLever } from '../people/lever-browser';
import { somebody } from '../people/person';
import { testsOf } from '../promises/promise';
import { serand } from '../promises/serand';
import {
  adminsAddress,
  answersWithLink,
  asks,
  callbackTaken,
  connects,
  customerName,
  invitedTo,
  mail,
  mailsTo,
  sentLink,
  startSerandWorld,
  takes,
} from './world';

const promise = testsOf(serand);

const world = useWorld(() => startSerandWorld());
afterEach(async () => {
  await startAfresh(world, 'serand');
  world.lever.admin.revoke();
});

const { recruiter, admin, limited, interviewer, superAdmin } = SEED.users;

promise('SE-1', async () => {
  const person = somebody();
  const link = await sentLink(world, person);
  for (const user of [admin, recruiter, limited, interviewer]) {
    const refused = await accepts(person, await atConsent(person, link), user);
    expect(refused.text).toContain('Only a Super Admin can grant an app access');
  }
  expect(await connectionsOf(world, 'serand')).toEqual([]);
  await accepts(person, await atConsent(person, link), superAdmin);
  expect(await connectionOf(world, 'serand')).toMatchObject({ status: 'active' });

  for (const user of [admin, recruiter, limited]) {
    const browser = await atLever(world, user);
    const candidate = await newCandidate(browser);
    await browser.move(candidate.opportunityId, 'Phone screen');
    await invitedTo(world, candidate);
  }
});

promise('SE-2', async () => {
  const roles = (await (await atLever(world)).open('/settings/roles')).text;
  expect(roles).toContain('manage API credentials and integrations');
  const byAdmin = await fetch(`${world.lever.url}/settings/integrations/events/candidateStageChange`, {
    method: 'POST',
    headers: { cookie: `lever-user=${admin}` },
    body: new URLSearchParams({ enabled: 'false' }),
  });
  expect(byAdmin.status).toBe(403);

  const { opportunityId } = await newCandidate(await atLever(world, recruiter));
  for (const path of [`/candidates/${opportunityId}`, `/postings/${SEED.postings.storeClerk}`]) {
    expect((await (await atLever(world, recruiter)).open(path)).status).toBe(200);
    expect((await (await atLever(world, interviewer)).open(path)).status).toBe(403);
  }

  // A plan without the API: Lever refuses whatever is asked of it, and the connection does not become active.
  world.lever.admin.configure({ plan: 'other' });
  try {
    expect((await connects(world)).text).not.toContain('is active');
    for (const { status } of await connectionsOf(world, 'serand')) expect(status).not.toBe('active');
    await startAfresh(world, 'serand');
  } finally {
    world.lever.admin.configure({ plan: 'LeverTRM for Enterprise' });
  }
  expect((await connects(world)).text).toContain('is active');
  world.lever.admin.configure({ plan: 'LeverTRM' });
});

promise('SE-4', async () => {
  const person = somebody();
  const refused = await asks(world, person, 'Ask for a connection', 'member');
  expect([refused.status, refused.text]).toEqual([
    403,
    expect.stringContaining('Only an admin of your Serand'),
  ]);
  world.serand.admin.setAccountActive(false);
  const inactive = await asks(world, person, 'Ask for a connection');
  expect([inactive.status, inactive.text]).toEqual([403, expect.stringContaining('is not active')]);
  const desk = `${world.serand.url}/desk`;
  expect((await person.open(desk)).html).not.toContain('Send the link');

  world.serand.admin.setAccountActive(true);
  expect((await asks(world, person, 'Ask for a connection')).text).toContain('Your request was sent');
  expect((await person.open(desk)).html).toContain('Send the link');
  await answersWithLink(world);
});

promise('SE-5', async () => {
  const person = somebody();
  await asks(world, person, 'Ask for a connection');
  await answersWithLink(world);
  const { link } = await mail(world, person, adminsAddress, 'Connect Serand with Lever');
  expect(new URL(link)).toMatchObject({
    port: new URL(world.api.url).port,
    pathname: expect.stringMatching(/^\/connect\/link\//),
  });
  const page = await person.open(link);
  expect(page.text).toContain('Connect Serand with your Lever account');
  expect(page.text).toContain(customerName);
  expect((await person.open(`${link.slice(0, -4)}AAAA`)).text).toContain('This link is not known');
});

promise('SE-6', async () => {
  const person = somebody();
  const consent = await atConsent(person, await sentLink(world, person));
  expect(consent.address.startsWith(`${world.lever.authUrl}/authorize?`)).toBe(true);
  expect(consent.text).toContain('Signed in as');
  const refused = await accepts(person, consent, recruiter);
  expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('Only a Super Admin')]);
  expect(await connectionsOf(world, 'serand')).toEqual([]);
  expect((await accepts(person, consent, superAdmin)).text).toContain('is active');
});

promise('SE-7', async () => {
  const person = somebody();
  const link = await sentLink(world, person);
  const consent = await atConsent(person, link);
  expect(consent.text).toContain('Serand asks for access');
  for (const permission of ['Read and change opportunities', 'Read and change notes', 'Read stages'])
    expect(consent.text).toContain(permission);
  expect(consent.text).not.toContain('files');

  const denied = await person.press(consent, 'Deny');
  expect(denied.text).toContain('Serand has no access to your Lever account');
  // Leaving Lever's page, or coming back with a made-up answer, grants nothing either.
  await atConsent(person, link);
  const callback = new URL(denied.address);
  callback.search = new URLSearchParams({ code: 'made-up', state: 'made-up' }).toString();
  expect((await person.open(callback.href)).text).not.toContain('is active');
  expect(await connectionsOf(world, 'serand')).toEqual([]);
  const lever = await atLever(world);
  expect((await lever.open('/settings/authorized-apps')).html).not.toContain('Revoke access of Serand');

  const done = await accepts(person, await atConsent(person, link));
  expect(done.text).toContain(`The connection between ${customerName} and Serand is active`);
  expect((await lever.open('/settings/authorized-apps')).html).toContain('Revoke access of Serand');
});

promise('SE-8', async () => {
  await connects(world);
  const { stages } = await connectionOf(world, 'serand');
  const pipeline = (await (await atLever(world)).open('/settings/pipeline')).text;
  expect(stages.map(({ text }) => text)).toEqual(expect.arrayContaining(['Phone screen', 'Assessment']));
  for (const { text } of stages) expect(pipeline).toContain(text);

  const browser = await atLever(world, recruiter);
  for (const [chosen, other] of [
    ['Assessment', 'Phone screen'],
    ['Phone screen', 'Assessment'],
  ] as const) {
    expect(await sets(world, 'serand', { triggerStages: [chosen] })).toMatchObject({ status: 200 });
    const candidate = await newCandidate(browser);
    await browser.move(candidate.opportunityId, other);
    await answered(world, candidate, 'ignored');
    expect(mailsTo(world, candidate)).toBe(0);
    await browser.move(candidate.opportunityId, chosen);
    await invitedTo(world, candidate);
  }
  const refused = await sets(world, 'serand', { triggerStages: ['Fone screen'] });
  expect(refused).toMatchObject({ status: 422, body: { detail: expect.stringContaining('"Phone screen"') } });
});

promise('SE-9', async () => {
  await connects(world);
  for (const { text } of (await connectionOf(world, 'serand')).stages) {
    const { status, body } = await sets(world, 'serand', { resultsStage: text });
    // Where results came from they cannot go: that would invite again.
    if (text === 'Phone screen') {
      expect([status, body.detail]).toEqual([422, expect.stringContaining('would invite again')]);
    } else expect([status, body.settings]).toEqual([200, expect.objectContaining({ resultsStage: text })]);
  }
  const unknown = await sets(world, 'serand', { resultsStage: 'Nowhere' });
  expect(unknown).toMatchObject({ status: 422, body: { detail: expect.stringContaining('"Review"') } });
});

promise('SE-21', async () => {
  await connects(world);
  const browser = await atLever(world, recruiter);
  const before = await newCandidate(browser);
  await browser.move(before.opportunityId, 'Phone screen');
  await invitedTo(world, before);

  await asks(world, somebody(), 'Ask to remove the connection');
  const staff = somebody();
  await staff.press(await staff.open(`${world.serand.url}/desk`), 'Remove the connection');
  await mail(world, staff, adminsAddress, 'Your connection with Lever was removed');

  const since = new Date().toISOString();
  const after = await newCandidate(browser);
  await browser.move(after.opportunityId, 'Phone screen');
  const { tags, notes } = await browser.sees(
    after.opportunityId,
    'Lever says why nobody was invited',
    (card) => card.notes.includes('Serand has removed the connection'),
  );
  expect(tags).toContain('Serand Error');
  expect(notes).toContain('ask Serand to connect again');
  expect(mailsTo(world, after)).toBe(0);
  // Over is over: it was tried once, and nobody tries again.
  await ended(world, after, 'failed');
  expect(world.serand.admin.requests({ since }).map(({ status }) => status)).toEqual([401]);
  // Who was invited before can still be taken out of the pipeline: that Serand no longer answers holds nothing up.
  world.lever.admin.archive(before.opportunityId);
  await ended(world, before, 'cancelled');

  // What the note says helps: once Serand has connected again the same candidate is invited.
  await sentLink(world, staff);
  await browser.move(after.opportunityId, 'New applicant');
  await browser.move(after.opportunityId, 'Phone screen');
  await invitedTo(world, after);
  await browser.sees(after.opportunityId, 'the error is gone', (card) => {
    const shown = card.tags.filter((tag) => tag.includes('Serand'));
    return shown.join() === 'Serand Invited';
  });
});

promise('SE-22', async () => {
  await connects(world);
  const browser = await atLever(world, recruiter);
  const before = await newCandidate(browser);
  await browser.move(before.opportunityId, 'Phone screen');
  const invited = await browser.sees(before.opportunityId, 'the invitation', ({ tags }) =>
    tags.includes('Serand Invited'),
  );

  const lever = await atLever(world);
  await lever.person.press(await lever.open('/settings/authorized-apps'), 'Revoke access of Serand');
  const first = await newCandidate(browser);
  await browser.move(first.opportunityId, 'Phone screen');
  const connection = () => connectionOf(world, 'serand');
  await until(
    'it is noticed',
    async () => (await connection()).status,
    (status) => status === 'disconnected',
  );
  expect((await connection()).statusReason).toContain('Lever no longer accepts the access');

  // From now on nobody is invited, and Lever shows nothing new, whatever the candidates do.
  const second = await newCandidate(browser);
  await browser.move(second.opportunityId, 'Phone screen');
  await answered(world, second, 'held');
  for (const candidate of [first, second]) {
    expect(mailsTo(world, candidate)).toBe(0);
    expect((await browser.card(candidate.opportunityId)).tags).not.toContainEqual(
      expect.stringMatching('Serand'),
    );
  }
  await takes(world, before);
  await callbackTaken(world, before);
  expect(await browser.card(before.opportunityId)).toEqual(invited);
});
