import { defaultAccount } from '../../../simulators/assessfirst/server';
import { SEED } from '../../../simulators/lever/seed';
import { operator } from '../../helpers/story';
import { until } from '../../helpers/until';
import {
  accepts,
  answered,
  connectionOf,
  connectionsOf,
  newCandidate,
  startAfresh,
} from '../people/customer';
import { assessfirst } from '../promises/assessfirst';
import { testsOf } from '../promises/promise';
import { atLever } from '../people/at-lever';
import { somebody } from '../people/person';
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
  startSite,
  toConsent,
} from './site';

/** From Activate at AssessFirst to the first candidate. */

const promise = testsOf(assessfirst);

let site: Awaited<ReturnType<typeof startSite>>;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site?.stop());
afterEach(async () => {
  site.world.lever.admin.configure({ plan: 'LeverTRM' });
  site.world.lever.admin.setWebhooksEnabled(true);
  await startAfresh(site.world, 'assessfirst');
});

const { recruiter, admin, limited, interviewer, superAdmin } = SEED.users;
const model = '🦄 web designer';
const active = 'The integration is active';

const connectionsNow = () => connectionsOf(site.world, 'assessfirst');
const connected = () => connectionOf(site.world, 'assessfirst');

promise('AF-1', async () => {
  const person = somebody();
  const login = loginIn(await activates(site, person));
  for (const user of [admin, recruiter, limited, interviewer]) {
    const consent = await person.press(await person.open(login), 'Continue to Lever');
    expect((await accepts(person, consent, user)).text).toContain('Only a Super Admin can grant');
  }
  expect(await connectionsNow()).toEqual([]);
  const consent = await person.press(await person.open(login), 'Continue to Lever');
  await accepts(person, consent, superAdmin);
  await fillsIn(site, { email: serviceUser, assessment: SEED.stages.assessment });
  expect(await connected()).toMatchObject({ status: 'active' });

  for (const user of [admin, recruiter, limited]) {
    const desk = await atLever(site.world, user);
    const candidate = await applicantFor(desk, model);
    await desk.move(candidate.opportunityId, 'Assessment');
    await invitationTo(site, candidate);
  }
});

promise('AF-2', async () => {
  const desk = await atLever(site.world);
  const roles = (await desk.open('/settings/roles')).text;
  expect(roles).toMatch(/super admin yes yes yes yes/);
  expect(roles).toMatch(/team member no no yes yes/);
  expect(roles).toMatch(/interviewer no no no no/);

  // What the roles say is so: the two permissions of whoever enables …
  const { person } = await atLever(site.world, recruiter);
  const { url } = site.world.lever;
  const settings = await desk.open('/settings/integrations');
  const switchOff = 'Switch candidateStageChange off';
  expect((await person.open(`${url}/settings/integrations`)).html).not.toContain(switchOff);
  expect((await person.press(settings, switchOff)).status).toBe(403);
  const pipeline = await desk.open('/settings/pipeline');
  expect((await person.press(pipeline, 'Add', { text: 'Mine' })).status).toBe(403);
  // … and those of whoever uses it.
  const candidate = await newCandidate(desk);
  const posting = `${url}/postings/${SEED.postings.storeClerk}`;
  const outsider = (await atLever(site.world, interviewer)).person;
  for (const address of [`${url}/candidates/${candidate.opportunityId}`, posting]) {
    expect((await person.open(address)).status).toBe(200);
    expect((await outsider.open(address)).status).toBe(403);
  }
  const form = await person.open(posting);
  expect((await outsider.press(form, 'Done', { tags: model })).status).toBe(403);
  expect((await person.press(form, 'Done', { tags: '' })).status).toBe(200);
});

promise('AF-3', async () => {
  const { lever } = site.world;
  lever.admin.configure({ plan: 'other' });
  const plans = 'LeverTRM and LeverTRM for Enterprise';
  const told = await logsIn(site);
  expect(told.text).toContain(plans);
  const fields = { email: serviceUser, assessment: SEED.stages.assessment };
  expect((await fillsIn(site, fields)).text).toContain(plans);
  expect(await connected()).toMatchObject({ status: 'paused' });
  await startAfresh(site.world, 'assessfirst');
  const byProgram = await operator<{ detail: string }>(site.world, 'POST', '/connections', newConnection());
  expect(byProgram).toMatchObject({ status: 422, body: { detail: expect.stringContaining(plans) } });
  expect(await connectionsNow()).toEqual([]);

  for (const plan of ['LeverTRM', 'LeverTRM for Enterprise'] as const) {
    lever.admin.configure({ plan });
    await connects(site);
    await startAfresh(site.world, 'assessfirst');
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
  const refused = await activates(site, person, 'recruiter');
  expect([refused.status, refused.text]).toEqual([
    403,
    expect.stringContaining('needs admin rights in AssessFirst'),
  ]);
  expect(refused.text).not.toContain('Log in to Lever');
  expect((await activates(site, person, 'admin')).text).toContain('Log in to Lever');
});

promise('AF-7', async () => {
  const person = somebody();
  const settings = await person.open(`${site.assessfirst.url}/settings/integrations`);
  expect(settings.text).toContain('Lever');
  const modal = await activates(site, person);
  expect(modal.html).toMatch(/<dialog open[\s\S]*Log in to Lever[\s\S]*<\/dialog>/);
  const hubs = await person.open(loginIn(modal));
  expect(hubs.text).toContain('Connect AssessFirst with your Lever account');
  const consent = await person.press(hubs, 'Continue to Lever');
  expect(consent.address).toMatch(new RegExp(`^${site.world.lever.authUrl}/authorize\\?`));
  expect(consent.text).toContain('Signed in as');
});

promise('AF-8', async () => {
  const person = somebody();
  const denied = await toConsent(site, person);
  for (const permission of ['opportunities', 'notes', 'stages', 'tags', 'webhooks', 'postings', 'users']) {
    expect(denied.text).toMatch(new RegExp(`Read (and change )?${permission} ${permission}:`));
  }
  await person.press(denied, 'Deny');
  expect(await connectionsNow()).toEqual([]);
  expect((await accepts(person, await toConsent(site, person))).text).toContain(
    'Lever has granted the access',
  );
  expect(await connectionsNow()).toHaveLength(1);
});

promise('AF-9', async () => {
  const wants = {
    errors: [{ path: 'body.settings.serviceUserEmail' }, { path: 'body.settings.triggerStages' }],
  };
  const bare = await operator(site.world, 'POST', '/connections', newConnection({}));
  expect(bare).toMatchObject({ status: 422, body: wants });

  await logsIn(site);
  const page = await leverSettings(site, somebody());
  expect([...page.html.matchAll(/<label[^>]*>([^<]*)</g)].map(([, label]) => label)).toEqual([
    'Email address',
    'Assessment ID',
  ]);
  const assessment = SEED.stages.assessment;
  expect((await fillsIn(site, { email: serviceUser })).text).toContain('needs the stage');
  expect((await fillsIn(site, { assessment })).text).toContain('needs a Lever user');
  expect((await leverSettings(site, somebody())).text).not.toContain(active);
  expect((await fillsIn(site, { email: serviceUser, assessment })).text).toContain(active);
});

promise('AF-11', async () => {
  await logsIn(site);
  const assessment = SEED.stages.assessment;
  const ordinary = await fillsIn(site, { email: 'riley.recruiter@customer.example.com', assessment });
  expect(ordinary.status).toBe(422);
  expect(ordinary.text).toContain(
    'has the access role "team member" in Lever; AssessFirst needs "super admin"',
  );
  const unknown = await fillsIn(site, { email: 'nobody@customer.example.com', assessment });
  expect(unknown.text).toContain('no active user with the e-mail address in serviceUserEmail');
  expect((await leverSettings(site, somebody())).text).not.toContain(active);
  expect((await fillsIn(site, { email: serviceUser, assessment })).text).toContain(active);
});

promise('AF-12', async () => {
  await logsIn(site);
  const refused = await fillsIn(site, { email: serviceUser, assessment: 'no-such-stage' });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('the Lever account has no stage "no-such-stage"; its stages are');
  expect(refused.text).toContain(`"Assessment" (${SEED.stages.assessment})`);
  expect((await leverSettings(site, somebody())).text).not.toContain(active);
  const assessment = SEED.stages.assessment;
  expect((await fillsIn(site, { email: serviceUser, assessment })).text).toContain(active);
});

/** The id that a Super Admin looks up by "Reveal Stage ID". */
async function revealed(stage: string): Promise<string> {
  const { html } = await (await atLever(site.world)).open('/settings/pipeline');
  const entry = html.split('<li>').find((each) => each.trim().startsWith(`${stage}\n`));
  const id = /<summary>Reveal Stage ID<\/summary>\s*<code>([^<]+)<\/code>/.exec(entry ?? '')?.[1];
  if (id === undefined) throw new Error(`no id of "${stage}" is revealed`);
  return id;
}

promise('AF-13', async () => {
  const desk = await atLever(site.world);
  await desk.person.press(await desk.open('/settings/pipeline'), 'Add', { text: 'AssessFirst' });
  for (const stage of ['AssessFirst', 'Phone screen']) {
    await connects(site, await revealed(stage));
    const candidate = await applicantFor(desk, model);
    await desk.move(candidate.opportunityId, stage);
    await invitationTo(site, candidate);
    await startAfresh(site.world, 'assessfirst');
  }
});

promise('AF-14', async () => {
  const id = await revealed('Review');
  await connects(site, id);
  const { stages } = await connected();
  expect(stages).toContainEqual({ id, text: 'Review' });
  const desk = await atLever(site.world, recruiter);
  const candidate = await applicantFor(desk, model);
  await desk.move(candidate.opportunityId, 'Review');
  await invitationTo(site, candidate);
});

promise('AF-15', async () => {
  const { lever } = site.world;
  lever.admin.setWebhooksEnabled(false);
  const done = await logsIn(site);
  expect(done.text).toContain('Switch the webhooks on');
  await fillsIn(site, { email: serviceUser, assessment: SEED.stages.assessment });
  const desk = await atLever(site.world);
  const settings = await desk.open('/settings/integrations');
  expect(settings.text).toMatch(/candidateStageChange Off/);
  expect(settings.text).toContain((await connected()).webhook.url);
  const early = await applicantFor(desk, model);
  await desk.move(early.opportunityId, 'Assessment');

  await desk.person.press(settings, 'Switch candidateStageChange on');
  const candidate = await applicantFor(desk, model);
  await desk.move(candidate.opportunityId, 'Assessment');
  await invitationTo(site, candidate);
  expect(mailsTo(site, early)).toBe(0);
});

promise('AF-25', async () => {
  await connects(site);
  const desk = await atLever(site.world);
  const before = await applicantFor(desk, model);
  await desk.move(before.opportunityId, 'Assessment');
  const link = await invitationTo(site, before);
  const shown = await seesState(desk, before, '🦄 AssessFirst: Invited');

  const apps = await desk.open('/settings/authorized-apps');
  const after = await desk.person.press(apps, 'Revoke access of AssessFirst');
  expect(after.text).toMatch(/AssessFirst .*Revoked/);
  const candidate = await applicantFor(desk, model);
  await desk.move(candidate.opportunityId, 'Assessment');
  await until(
    'the revocation is noticed',
    async () => (await connected()).status,
    (status) => status === 'disconnected',
  );
  await finishes(link);
  const next = await applicantFor(desk, model);
  await desk.move(next.opportunityId, 'Assessment');
  await answered(site.world, next, 'held');
  expect([mailsTo(site, candidate), mailsTo(site, next)]).toEqual([0, 0]);
  expect(await desk.card(before.opportunityId)).toEqual(shown);
  expect((await leverSettings(site, somebody())).text).toContain('The integration is disconnected');
});
