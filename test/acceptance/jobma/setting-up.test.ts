import { SEED } from '../../../simulators/lever/seed';
import { deliveriesOf, ended } from '../../helpers/actions';
import { until } from '../../helpers/until';
import { useWorld } from '../../helpers/use-world';
import { looked } from '../../workflow/looks';
import {
  accepts,
  answered,
  atConsent,
  connectionOf,
  connectionsOf,
  newCandidate,
  startAfresh,
} from '../people/customer';
import { atLever } from '../people/lever-browser';
import { linksOf, somebody } from '../people/person';
import { jobma } from '../promises/jobma';
import { testsOf } from '../promises/promise';
import {
  authorisationLink,
  authorises,
  connects,
  customerName,
  invitation,
  leverAtJobma,
  mailsTo,
  selectsLever,
  startJobmaWorld,
} from './world';

const promise = testsOf(jobma);

// Looks for missed moves as often as this, so that they could do what no webhook does.
const world = useWorld(() => startJobmaWorld({ RECONCILE_INTERVAL: '2s' }));
afterEach(async () => {
  await startAfresh(world, 'jobma');
  world.lever.admin.revoke();
  world.jobma.admin.clear();
});

const { recruiter, admin, limited, interviewer, superAdmin } = SEED.users;

promise('JO-1', async () => {
  const person = somebody();
  for (const user of [admin, recruiter, limited, interviewer]) {
    const refused = await accepts(person, await authorises(world, person), user);
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('Only a Super Admin')]);
  }
  const settings = (await (await atLever(world, admin)).open('/settings/integrations')).text;
  expect(settings).toContain('Only a Super Admin can change these settings');
  const roles = (await (await atLever(world)).open('/settings/roles')).text;
  expect(roles).toContain('manage API credentials and integrations');
  expect(await connectionsOf(world, 'jobma')).toEqual([]);

  // A plan without the API: Lever refuses whatever is asked of it.
  world.lever.admin.configure({ plan: 'other' });
  try {
    expect((await connects(world)).text).not.toContain('is active');
    await startAfresh(world, 'jobma');
  } finally {
    world.lever.admin.configure({ plan: 'LeverTRM' });
  }
  expect((await accepts(person, await authorises(world, person), superAdmin)).text).toContain('is active');
  for (const user of [admin, recruiter, limited]) {
    const browser = await atLever(world, user);
    const candidate = await newCandidate(browser);
    await browser.move(candidate.opportunityId, 'Jobma');
    await invitation(world, candidate);
  }
});

promise('JO-3', async () => {
  const refused = await selectsLever(world, somebody(), 'member');
  expect([refused.status, refused.text]).toEqual([
    403,
    expect.stringContaining('Only an admin of your Jobma'),
  ]);
  expect(linksOf(refused.html).filter((href) => href.includes('/connect/'))).toEqual([]);
  expect((await selectsLever(world, somebody(), 'admin')).text).toContain('Go on to the authorisation');
});

promise('JO-5', async () => {
  const person = somebody();
  expect((await person.open(`${world.jobma.url}/integrations`)).text).toContain('Lever');
  const link = authorisationLink(await selectsLever(world, person));
  const page = await person.open(link);
  expect(page.text).toContain('Connect Jobma with your Lever account');
  expect(page.text).toContain(customerName);
  const consent = await atConsent(person, link);
  expect(consent.address.startsWith(`${world.lever.authUrl}/authorize?`)).toBe(true);
});

promise('JO-6', async () => {
  const person = somebody();
  const consent = await authorises(world, person);
  expect(consent.text).toContain('Jobma asks for access');
  for (const permission of [
    'Read and change opportunities',
    'Read and change notes',
    'Read and change webhooks',
  ])
    expect(consent.text).toContain(permission);
  expect(await connectionsOf(world, 'jobma')).toEqual([]);
  const done = await accepts(person, consent);
  expect(done.text).toContain(`The connection between ${customerName} and Jobma is active`);
  expect((await leverAtJobma(world, person)).text).toContain('Lever is connected (active)');
});

promise('JO-7', async () => {
  const person = somebody();
  const before = await leverAtJobma(world, person);
  expect(before.text).toContain('Lever is not connected');
  expect(before.text).not.toContain('Store Manager');
  await connects(world);
  const browser = await atLever(world);
  await browser.post({ text: 'Night Watch' });
  const panel = (await leverAtJobma(world, person)).text;
  for (const posting of ['Store Manager', 'Shift Lead', 'Store Clerk', 'Area Manager', 'Night Watch'])
    expect(panel).toContain(posting);
});

promise('JO-10', async () => {
  const page = '/settings/integrations';
  const lever = await atLever(world);
  await lever.person.press(await lever.open(page), 'Switch candidateStageChange off');
  const done = await connects(world);
  expect(done.text).toContain('Switch the webhooks on');
  const browser = await atLever(world, recruiter);
  const early = await newCandidate(browser);
  await browser.move(early.opportunityId, 'Jobma');
  const { id } = await connectionOf(world, 'jobma');
  await looked(world, { connectionId: id });
  expect(await deliveriesOf(world, early)).toEqual([]);
  expect(mailsTo(world, early)).toBe(0);
  expect((await browser.card(early.opportunityId)).tags.filter((tag) => tag.includes('Jobma'))).toEqual([]);
  const { hint } = (await connectionOf(world, 'jobma')).webhook;
  expect(hint).toContain('the Super Admin has probably not switched the webhooks on');

  await lever.person.press(await lever.open(page), 'Switch candidateStageChange on');
  const candidate = await newCandidate(browser);
  await browser.move(candidate.opportunityId, 'Jobma');
  await invitation(world, candidate);
});

promise('JO-21', async () => {
  await connects(world);
  const browser = await atLever(world, recruiter);
  const before = await newCandidate(browser);
  await browser.move(before.opportunityId, 'Jobma');
  await invitation(world, before);

  const person = somebody();
  const refused = await person.press(await leverAtJobma(world, person), 'Delete', { user: 'member' });
  expect(refused.status).toBe(403);
  const page = await person.press(await leverAtJobma(world, person), 'Delete', { user: 'admin' });
  expect(page.text).toContain('Lever is not connected');

  const since = new Date().toISOString();
  const after = await newCandidate(browser);
  await browser.move(after.opportunityId, 'Jobma');
  const { tags, notes } = await browser.sees(
    after.opportunityId,
    'Lever says why nobody was invited',
    (card) => card.notes.includes('The Lever integration was deleted in Jobma'),
  );
  expect(tags).toContain('Jobma Interview Error');
  expect(notes).toContain('connect again in Jobma');
  expect(mailsTo(world, after)).toBe(0);
  // Over is over: it was tried once, and nobody tries again.
  await ended(world, after, 'failed');
  expect(world.jobma.admin.requests({ since }).map(({ status }) => status)).toEqual([401]);
  // Who was invited before can still be taken out of the pipeline.
  world.lever.admin.archive(before.opportunityId);
  await ended(world, before, 'cancelled');

  // What the note says helps: with the integration set up again the same candidate is invited.
  await selectsLever(world, person);
  await browser.move(after.opportunityId, 'Phone screen');
  await browser.move(after.opportunityId, 'Jobma');
  const again = await browser.sees(after.opportunityId, 'the invitation', (card) => card.links.length > 0);
  expect(again.links).toEqual([(await invitation(world, after)).link]);
  await browser.sees(after.opportunityId, 'the error is gone', (card) => {
    const shown = card.tags.filter((tag) => tag.includes('Jobma'));
    return shown.join() === 'Jobma Interview Invited';
  });
});

promise('JO-22', async () => {
  await connects(world);
  const lever = await atLever(world);
  await lever.person.press(await lever.open('/settings/authorized-apps'), 'Revoke access of Jobma');
  const browser = await atLever(world, recruiter);
  const first = await newCandidate(browser);
  await browser.move(first.opportunityId, 'Jobma');
  await until(
    'the hub has noticed',
    async () => (await connectionOf(world, 'jobma')).status,
    (status) => status === 'disconnected',
  );
  const second = await newCandidate(browser);
  await browser.move(second.opportunityId, 'Jobma');
  await answered(world, second, 'held');
  for (const candidate of [first, second]) {
    expect(mailsTo(world, candidate)).toBe(0);
    expect((await browser.card(candidate.opportunityId)).tags.filter((tag) => tag.includes('Jobma'))).toEqual(
      [],
    );
  }
  expect((await leverAtJobma(world, somebody())).text).toContain('Lever is connected (disconnected)');
});
