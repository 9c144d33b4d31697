import { defaultAccount } from '../../../simulators/assessfirst/server';
import { SEED } from '../../../simulators/lever/seed';
import { operator } from '../../helpers/actions';
import { until } from '../../helpers/until';
import { useWorld } from '../../helpers/use-world';
import {
  accepts,
  answered,
  connectionOf,
  connectionsOf,
  newCandidate,
  startAfresh,
} from '../people/customer';
import { atLever } from '../people/lever-browser';
import { somebody } from '../people/person';
import { assessfirst } from '../promises/assessfirst';
import { testsOf } from '../promises/promise';
import {
  activates,
  applicantFor,
  connects,
  fillsIn,
  finishes,
  invitationTo,
  leverSettings,
  loginIn,
  logsIn,
  mailsTo,
  seesState,
  serviceUser,
  startAssessFirstWorld,
  toConsent,
} from './world';

/** From Activate at AssessFirst to the first candidate. */

const promise = testsOf(assessfirst);

const world = useWorld(() => startAssessFirstWorld());
afterEach(async () => {
  world.lever.admin.configure({ plan: 'LeverTRM' });
  world.lever.admin.setWebhooksEnabled(true);
  await startAfresh(world, 'assessfirst');
});

const { recruiter, admin, limited, interviewer, superAdmin } = SEED.users;
const model = '🦄 web designer';
const active = 'The integration is active';

const connectionsNow = () => connectionsOf(world, 'assessfirst');
const connected = () => connectionOf(world, 'assessfirst');

promise('AF-1', async () => {
  const person = somebody();
  const login = loginIn(await activates(world, person));
  for (const user of [admin, recruiter, limited, interviewer]) {
    const consent = await person.press(await person.open(login), 'Continue to Lever');
    expect((await accepts(person, consent, user)).text).toContain('Only a Super Admin can grant');
  }
  expect(await connectionsNow()).toEqual([]);
  const consent = await person.press(await person.open(login), 'Continue to Lever');
  await accepts(person, consent, superAdmin);
  await fillsIn(world, { email: serviceUser, assessment: SEED.stages.assessment });
  expect(await connected()).toMatchObject({ status: 'active' });

  for (const user of [admin, recruiter, limited]) {
    const browser = await atLever(world, user);
    const candidate = await applicantFor(browser, model);
    await browser.move(candidate.opportunityId, 'Assessment');
    await invitationTo(world, candidate);
  }
});

promise('AF-2', async () => {
  const browser = await atLever(world);
  const roles = (await browser.open('/settings/roles')).text;
  expect(roles).toMatch(/super admin yes yes yes yes/);
  expect(roles).toMatch(/team member no no yes yes/);
  expect(roles).toMatch(/interviewer no no no no/);

  // What the roles say is so: the two permissions of whoever enables …
  const { person } = await atLever(world, recruiter);
  const { url } = world.lever;
  const settings = await browser.open('/settings/integrations');
  const switchOff = 'Switch candidateStageChange off';
  expect((await person.open(`${url}/settings/integrations`)).html).not.toContain(switchOff);
  expect((await person.press(settings, switchOff)).status).toBe(403);
  const pipeline = await browser.open('/settings/pipeline');
  expect((await person.press(pipeline, 'Add', { text: 'Mine' })).status).toBe(403);
  // … and those of whoever uses it.
  const candidate = await newCandidate(browser);
  const posting = `${url}/postings/${SEED.postings.storeClerk}`;
  const outsider = (await atLever(world, interviewer)).person;
  for (const address of [`${url}/candidates/${candidate.opportunityId}`, posting]) {
    expect((await person.open(address)).status).toBe(200);
    expect((await outsider.open(address)).status).toBe(403);
  }
  const form = await person.open(posting);
  expect((await outsider.press(form, 'Done', { tags: model })).status).toBe(403);
  expect((await person.press(form, 'Done', { tags: '' })).status).toBe(200);
});

promise('AF-3', async () => {
  const { lever } = world;
  lever.admin.configure({ plan: 'other' });
  const plans = 'LeverTRM and LeverTRM for Enterprise';
  const told = await logsIn(world);
  expect(told.text).toContain(plans);
  const fields = { email: serviceUser, assessment: SEED.stages.assessment };
  expect((await fillsIn(world, fields)).text).toContain(plans);
  expect(await connected()).toMatchObject({ status: 'paused' });
  await startAfresh(world, 'assessfirst');
  const byProgram = await operator<{ detail: string }>(world, 'POST', '/connections', newConnection());
  expect(byProgram).toMatchObject({ status: 422, body: { detail: expect.stringContaining(plans) } });
  expect(await connectionsNow()).toEqual([]);

  for (const plan of ['LeverTRM', 'LeverTRM for Enterprise'] as const) {
    lever.admin.configure({ plan });
    await connects(world);
    await startAfresh(world, 'assessfirst');
  }
});

/** As a program of AssessFirst's makes one, without any page. */
const newConnection = (settings: Record<string, unknown> = twoFields) => ({
  vendor: 'assessfirst',
  customer: 'Acme Stores',
  lever: { apiKey: SEED.apiKey },
  credentials: defaultAccount,
  settings,
});
const twoFields = { serviceUserEmail: serviceUser, triggerStages: [SEED.stages.assessment] };

promise('AF-6', async () => {
  const person = somebody();
  const refused = await activates(world, person, 'recruiter');
  expect([refused.status, refused.text]).toEqual([
    403,
    expect.stringContaining('needs admin rights in AssessFirst'),
  ]);
  expect(refused.text).not.toContain('Log in to Lever');
  expect((await activates(world, person, 'admin')).text).toContain('Log in to Lever');
});

promise('AF-7', async () => {
  const person = somebody();
  const settings = await person.open(`${world.assessfirst.url}/settings/integrations`);
  expect(settings.text).toContain('Lever');
  const modal = await activates(world, person);
  expect(modal.html).toMatch(/<dialog open[\s\S]*Log in to Lever[\s\S]*<\/dialog>/);
  const hubs = await person.open(loginIn(modal));
  expect(hubs.text).toContain('Connect AssessFirst with your Lever account');
  const consent = await person.press(hubs, 'Continue to Lever');
  expect(consent.address).toMatch(new RegExp(`^${world.lever.authUrl}/authorize\\?`));
  expect(consent.text).toContain('Signed in as');
});

promise('AF-8', async () => {
  const person = somebody();
  const denied = await toConsent(world, person);
  for (const permission of ['opportunities', 'notes', 'stages', 'tags', 'webhooks', 'postings', 'users']) {
    expect(denied.text).toMatch(new RegExp(`Read (and change )?${permission} ${permission}:`));
  }
  await person.press(denied, 'Deny');
  expect(await connectionsNow()).toEqual([]);
  expect((await accepts(person, await toConsent(world, person))).text).toContain(
    'Lever has granted the access',
  );
  expect(await connectionsNow()).toHaveLength(1);
});

promise('AF-9', async () => {
  const wants = {
    errors: [{ path: 'body.settings.serviceUserEmail' }, { path: 'body.settings.triggerStages' }],
  };
  const bare = await operator(world, 'POST', '/connections', newConnection({}));
  expect(bare).toMatchObject({ status: 422, body: wants });

  await logsIn(world);
  const page = await leverSettings(world, somebody());
  expect([...page.html.matchAll(/<label[^>]*>([^<]*)</g)].map(([, label]) => label)).toEqual([
    'Email address',
    'Assessment ID',
  ]);
  const assessment = SEED.stages.assessment;
  expect((await fillsIn(world, { email: serviceUser })).text).toContain('needs the stage');
  expect((await fillsIn(world, { assessment })).text).toContain('needs a Lever user');
  expect((await leverSettings(world, somebody())).text).not.toContain(active);
  expect((await fillsIn(world, { email: serviceUser, assessment })).text).toContain(active);
});

promise('AF-11', async () => {
  await logsIn(world);
  const assessment = SEED.stages.assessment;
  const ordinary = await fillsIn(world, { email: 'riley.recruiter@customer.example.com', assessment });
  expect(ordinary.status).toBe(422);
  expect(ordinary.text).toContain(
    'has the access role "team member" in Lever; AssessFirst needs "super admin"',
  );
  const unknown = await fillsIn(world, { email: 'nobody@customer.example.com', assessment });
  expect(unknown.text).toContain('no active user with the e-mail address in serviceUserEmail');
  expect((await leverSettings(world, somebody())).text).not.toContain(active);
  expect((await fillsIn(world, { email: serviceUser, assessment })).text).toContain(active);
});

promise('AF-12', async () => {
  await logsIn(world);
  const refused = await fillsIn(world, { email: serviceUser, assessment: 'no-such-stage' });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('the Lever account has no stage "no-such-stage"; its stages are');
  expect(refused.text).toContain(`"Assessment" (${SEED.stages.assessment})`);
  expect((await leverSettings(world, somebody())).text).not.toContain(active);
  const assessment = SEED.stages.assessment;
  expect((await fillsIn(world, { email: serviceUser, assessment })).text).toContain(active);
});

/** The id that a Super Admin looks up by "Reveal Stage ID". */
async function revealed(stage: string): Promise<string> {
  const { html } = await (await atLever(world)).open('/settings/pipeline');
  const entry = html.split('<li>').find((each) => each.trim().startsWith(`${stage}\n`));
  const id = /<summary>Reveal Stage ID<\/summary>\s*<code>([^<]+)<\/code>/.exec(entry ?? '')?.[1];
  if (id === undefined) throw new Error(`no id of "${stage}" is revealed`);
  return id;
}

promise('AF-13', async () => {
  const browser = await atLever(world);
  await browser.person.press(await browser.open('/settings/pipeline'), 'Add', { text: 'AssessFirst' });
  for (const stage of ['AssessFirst', 'Phone screen']) {
    await connects(world, await revealed(stage));
    const candidate = await applicantFor(browser, model);
    await browser.move(candidate.opportunityId, stage);
    await invitationTo(world, candidate);
    await startAfresh(world, 'assessfirst');
  }
});

promise('AF-14', async () => {
  const id = await revealed('Review');
  await connects(world, id);
  const { stages } = await connected();
  expect(stages).toContainEqual({ id, text: 'Review' });
  const browser = await atLever(world, recruiter);
  const candidate = await applicantFor(browser, model);
  await browser.move(candidate.opportunityId, 'Review');
  await invitationTo(world, candidate);
});

promise('AF-15', async () => {
  const { lever } = world;
  lever.admin.setWebhooksEnabled(false);
  const done = await logsIn(world);
  expect(done.text).toContain('Switch the webhooks on');
  await fillsIn(world, { email: serviceUser, assessment: SEED.stages.assessment });
  const browser = await atLever(world);
  const settings = await browser.open('/settings/integrations');
  expect(settings.text).toMatch(/candidateStageChange Off/);
  expect(settings.text).toContain((await connected()).webhook.url);
  const early = await applicantFor(browser, model);
  await browser.move(early.opportunityId, 'Assessment');

  await browser.person.press(settings, 'Switch candidateStageChange on');
  const candidate = await applicantFor(browser, model);
  await browser.move(candidate.opportunityId, 'Assessment');
  await invitationTo(world, candidate);
  expect(mailsTo(world, early)).toBe(0);
});

promise('AF-25', async () => {
  await connects(world);
  const browser = await atLever(world);
  const before = await applicantFor(browser, model);
  await browser.move(before.opportunityId, 'Assessment');
  const link = await invitationTo(world, before);
  const shown = await seesState(browser, before, '🦄 AssessFirst: Invited');

  const apps = await browser.open('/settings/authorized-apps');
  const after = await browser.person.press(apps, 'Revoke access of AssessFirst');
  expect(after.text).toMatch(/AssessFirst .*Revoked/);
  const candidate = await applicantFor(browser, model);
  await browser.move(candidate.opportunityId, 'Assessment');
  await until(
    'the revocation is noticed',
    async () => (await connected()).status,
    (status) => status === 'disconnected',
  );
  await finishes(link);
  const next = await applicantFor(browser, model);
  await browser.move(next.opportunityId, 'Assessment');
  await answered(world, next, 'held');
  expect([mailsTo(world, candidate), mailsTo(world, next)]).toEqual([0, 0]);
  expect(await browser.card(before.opportunityId)).toEqual(shown);
  expect((await leverSettings(world, somebody())).text).toContain('The integration is disconnected');
});
