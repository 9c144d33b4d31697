import { SEED } from '../../../simulators/lever/seed';
import { newBrowser } from '../../api/connect-browser';
import { applicant, configure, operator } from '../../helpers/actions';
import { useWorld } from '../../helpers/use-world';
import { finished, opportunitiesOf, session, someAddress } from '../../vendors/upwage-world';
import { testsOf } from '../promises/promise';
import { upwage } from '../promises/upwage';
import { openedDocument, part, profile, signedIn } from './lever-pages';
import { atConsent, connectionsOf, connectLink, linked, startLinkingWorld, unlinked } from './linked';

/** Who may connect, what is asked, and how screeners and jobs belong together. */

const promise = testsOf(upwage);
const { storeClerk, storeManager, shiftLead, areaManager } = SEED.postings;
const { superAdmin, admin, recruiter, limited, interviewer } = SEED.users;

const world = useWorld(startLinkingWorld);

/** Somebody finishes a screening; answers the opportunity that got the result. */
async function screened(
  screenerId: string,
  email: string,
  leverJobId: string | null = null,
): Promise<string> {
  const { id } = session(world, { screenerId, email, leverJobId });
  world.upwage.admin.complete(id);
  return String((await finished(world, id)).opportunity);
}

promise('UP-1', async () => {
  const browser = newBrowser();
  const consent = await atConsent(world, await connectLink(world, 'Roles Stores'), browser);
  for (const user of [admin, recruiter, limited, interviewer]) {
    const refused = await browser.submit(consent, { user, decision: 'accept' });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('Only a Super Admin');
  }
  expect(await connectionsOf(world, 'Roles Stores')).toEqual([]);
  const accepted = await browser.submit(consent, { user: superAdmin, decision: 'accept' });
  expect(accepted.text).toContain('is active');
  const [connection] = await connectionsOf(world, 'Roles Stores');
  world.upwage.admin.sendTo(String(connection?.callbackUrl));

  const person = applicant(world, { postingId: storeClerk });
  await screened('scr_cashier', person.email);
  for (const user of [superAdmin, admin, recruiter, limited]) {
    const page = await profile(world, person.opportunityId, await signedIn(world, user));
    expect(part(page, 'Tags')).toContain('UW Screened: PASSED');
    expect(part(page, 'Files')).toContain('SuperScreener');
  }
  if (connection) await unlinked(world, connection);
});

promise('UP-2', async () => {
  const { admin: account, url } = world.lever;
  const roles = await newBrowser().open(`${url}/settings/roles`);
  expect(roles.text).toMatch(/Role manage API credentials and integrations .* super admin yes /);
  for (const role of ['admin', 'team member', 'limited team member', 'interviewer']) {
    expect(roles.text).toContain(` ${role} no `);
  }
  const person = applicant(world, { postingId: storeClerk });
  const refused = await profile(world, person.opportunityId, await signedIn(world, interviewer));
  expect(refused.status).toBe(403);
  expect(refused.text).toContain('view profiles and postings');
  expect((await profile(world, person.opportunityId, await signedIn(world, limited))).status).toBe(200);

  for (const plan of ['LeverTRM', 'LeverTRM for Enterprise'] as const) {
    account.configure({ plan });
    await unlinked(world, await linked(world, `Stores with ${plan}`));
  }
  account.configure({ plan: 'other' });
  try {
    await expect(linked(world, 'Small Stores')).rejects.toThrow('not connected');
  } finally {
    account.configure({ plan: 'LeverTRM' });
  }
  for (const left of await connectionsOf(world, 'Small Stores')) await unlinked(world, left);
});

promise('UP-5', async () => {
  const { upwage: vendor } = world;
  const link = await connectLink(world, 'Install Stores');
  vendor.admin.offerLink(link);
  const install = async (person: string) => {
    const browser = newBrowser();
    return browser.submit(await browser.open(`${vendor.url}/integrations`), { person });
  };
  const refused = await install('member');
  expect(refused.status).toBe(403);
  expect(refused.text).toContain('Only an admin of your Upwage account');
  expect(refused.html).not.toContain(link);
  const allowed = await install('admin');
  expect(allowed.html).toContain(`href="${link}"`);
  expect((await newBrowser().open(link)).status).toBe(200);
});

promise('UP-14', async () => {
  const browser = newBrowser();
  const form = await browser.open(`${world.upwage.url}/screeners/new`);
  expect(form.html).toMatch(/<label[^>]*>Lever Job ID<\/label>/);
  const refused = await browser.submit(form, { name: 'Baker' });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('Give the Lever Job ID');
  // As the recruiter finds it: at the end of the address of the job's page in Lever.
  const postings = await browser.open(`${world.lever.url}/postings`);
  const address = /href="\/postings\/([^"]+)"[^>]*>Shift Lead</.exec(postings.html)?.[1] ?? '';
  const made = await browser.submit(refused, { name: 'Baker', lever_job_id: address });
  expect(made.text).toMatch(new RegExp(`Baker scr_\\d+ ${shiftLead}`));
});

/** Ties each of these postings, written like this, to a new screener of Upwage; answers the screeners' ids. */
async function tie(written: string[]): Promise<string[]> {
  const ids = written.map((text) => world.upwage.admin.addScreener(`For ${text}`, text).id);
  const screeners = ids.map((screenerId, index) => ({ screenerId, postingId: written[index] }));
  await configure(world, { screeners });
  world.upwage.admin.sendTo(String(world.connection.callbackUrl));
  return ids;
}

promise('UP-15', async () => {
  const postings = [storeClerk, storeManager, shiftLead, areaManager];
  const ids = await tie([
    storeClerk,
    `https://jobs.lever.co/acme/${storeManager}`,
    `https://jobs.lever.co/acme/${shiftLead}/apply?lever-source=Our%20page`,
    ` HTTPS://jobs.eu.lever.co/acme/${areaManager.toUpperCase()}/ `,
  ]);
  const emails = ids.map(() => someAddress());
  for (const [index, id] of ids.entries()) await screened(id, emails[index] ?? '');
  const entered = emails.flatMap((email) => opportunitiesOf(world, email)).map(({ posting }) => posting);
  expect(entered).toEqual(postings);
  for (const postingId of [
    'Store Clerk',
    'https://jobs.lever.co/acme',
    `https://elsewhere.example/${storeClerk}`,
  ]) {
    const { status, body } = await operator<{ detail: string }>(
      world,
      'PATCH',
      `/connections/${world.connection.id}`,
      { settings: { screeners: [{ screenerId: 'scr_1', postingId }] } },
    );
    expect(status).toBe(422);
    expect(body.detail).toContain('https://jobs.lever.co/company/');
  }
});

promise('UP-16', async () => {
  const [first = '', second = '', other = ''] = await tie([storeClerk, storeClerk, storeManager]);
  const { email, opportunityId: clerk } = applicant(world, { postingId: storeClerk });
  const { opportunityId: manager } = applicant(world, { postingId: storeManager, email });
  expect(await screened(first, email)).toBe(clerk);
  expect(await screened(second, email)).toBe(clerk);
  expect(await screened(other, email)).toBe(manager);
  // What Upwage names beside it does not change where the screener belongs.
  expect(await screened(other, email, storeClerk)).toBe(manager);
});

promise('UP-26', async () => {
  const tied = { screenerId: 'scr_cashier', postingId: storeClerk };
  const connection = await linked(world, 'Changing Stores', { screeners: [tied] });
  const grants = world.lever.admin.grants();
  const before = applicant(world, { postingId: storeClerk });
  await screened('scr_cashier', before.email);

  const passed = {
    tag: 'Invite to shop',
    stage: 'Offer',
    posting: `https://jobs.lever.co/acme/${shiftLead}`,
  };
  const { status } = await operator(world, 'PATCH', `/connections/${connection.id}`, {
    settings: { screeners: [{ ...tied, rules: { passed } }] },
  });
  expect(status).toBe(200);

  const after = applicant(world, { postingId: storeClerk });
  await screened('scr_cashier', after.email);
  const { lever } = world;
  const [old, fresh] = [before, after].map(({ opportunityId }) => lever.admin.candidate(opportunityId));
  expect(old).toMatchObject({
    tags: expect.arrayContaining(['UW Screened: PASSED']),
    stage: 'applicant-new',
  });
  expect(fresh).toMatchObject({ tags: expect.arrayContaining(['Invite to shop']), stage: 'offer' });
  expect(fresh?.tags).not.toContain('UW Screened: PASSED');
  expect(opportunitiesOf(world, after.email).map(({ posting }) => posting)).toEqual([storeClerk, shiftLead]);
  expect((await openedDocument(world, after.opportunityId)).status).toBe(200);
  // The same consent, the same address for Upwage's events.
  expect(lever.admin.grants()).toEqual(grants);
  const [same] = await connectionsOf(world, 'Changing Stores');
  expect(same?.callbackUrl).toBe(connection.callbackUrl);
  await unlinked(world, connection);
});
