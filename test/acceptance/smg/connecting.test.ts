import type { PresentedConnection } from '../../../api/connections/present';
import { SEED } from '../../../simulators/lever/seed';
import { defaultAccount } from '../../../simulators/smg/server';
import { startConnectWorld } from '../../api/connect-world';
import { deliveriesOf, liveRun, runOf } from '../../helpers/actions';
import { until } from '../../helpers/until';
import { useWorld } from '../../helpers/use-world';
import { looked, scheduleOf, workflowsOf } from '../../workflow/looks';
import type { LeverBrowser } from '../people/lever-browser';
import { atLever, freshEmail } from '../people/lever-browser';
import type { Person, Seen } from '../people/person';
import { somebody } from '../people/person';
import { testsOf } from '../promises/promise';
import { smg } from '../promises/smg';
import { takeAssessment } from './at-smg';

/** From SMG's reference code to a connection, and its end by the customer's hand. */

const promise = testsOf(smg);
const integrations = '/settings/integrations';
const apps = '/settings/authorized-apps';
const stageChange = 'candidateStageChange';

// The hub looks for moves of which it was not told, so often that a test has them all the time.
const world = useWorld(() => startConnectWorld({ RECONCILE_INTERVAL: '1s' }));
let superAdmin: LeverBrowser;
let recruiter: LeverBrowser;
let postingId: string;
beforeAll(async () => {
  // The account as it is before any customer connects: nothing of ours in it, every webhook switched off.
  await world.ask('POST', `/connections/${world.connection.id}/disable`);
  world.lever.admin.setWebhooksEnabled(false);
  superAdmin = await atLever(world, SEED.users.superAdmin);
  recruiter = await atLever(world, SEED.users.recruiter);
  postingId = await recruiter.post({ text: 'Shop Manager', tags: 'POP-10002063-Leadership' });
});
afterEach(async () => {
  world.lever.admin.setWebhooksEnabled(false);
  await world.freeTheAccount();
});

let codes = 0;
/** SMG prepares a customer, and hands out the code. */
async function handOut(customer: string): Promise<string> {
  codes += 1;
  const code = `SMGCODE${100 + codes}`;
  const { user: username, password } = defaultAccount;
  await world.newLink(customer, { referenceCode: code, credentials: { username, password } });
  return code;
}

/** Where the customers' browsers reach the hub. */
const publicAddress = (): string => new URL(world.connection.webhook.url).origin;

const enablePage = (person: Person): Promise<Seen> => person.open(`${publicAddress()}/connect/smg`);

/** Types the code on the enable page, and goes on to Lever. */
async function toLever(person: Person, code: string): Promise<Seen> {
  const prepared = await person.press(await enablePage(person), 'Continue', { reference: code });
  return person.press(prepared, 'Continue to Lever');
}

/** The Super Admin goes the whole way; the page at its end. */
async function connects(customer: string): Promise<Seen> {
  const { person } = superAdmin;
  return person.press(await toLever(person, await handOut(customer)), 'Accept');
}

async function connectionOf(customer: string): Promise<PresentedConnection> {
  const [connection, ...more] = await world.ofCustomer(customer);
  if (connection === undefined || more.length > 0) throw new Error(`not one connection of ${customer}`);
  return connection;
}

const switchesOn = async (event = stageChange): Promise<void> => {
  await superAdmin.person.press(await superAdmin.open(integrations), `Switch ${event} on`);
};

interface Candidate {
  opportunityId: string;
  name: string;
  email: string;
}

async function adds(browser: LeverBrowser = recruiter): Promise<Candidate> {
  const candidate = { name: 'Dana Example', email: freshEmail() };
  return { ...candidate, opportunityId: await browser.add({ ...candidate, postingId }) };
}

async function moves(browser: LeverBrowser = recruiter): Promise<Candidate> {
  const candidate = await adds(browser);
  await browser.move(candidate.opportunityId);
  return candidate;
}

const seesInvitation = ({ opportunityId }: Candidate) =>
  recruiter.sees(
    opportunityId,
    'the assessment is in progress',
    ({ tags, links }) => tags.includes('POP-IN-Progress') && links.length > 0,
  );

const assessmentsOf = ({ email }: Candidate) => world.smg.admin.applications({ email });

promise('SMG-1', async () => {
  const { admin, recruiter: teamMember, limited, interviewer } = SEED.users;
  const roles = [admin, teamMember, limited, interviewer];
  const people = await Promise.all(roles.map((user) => atLever(world, user)));
  const code = await handOut('Roles Ltd');
  for (const { person } of people) {
    const refused = await person.press(await toLever(person, code), 'Accept');
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('Only a Super Admin')]);
  }
  expect(await world.ofCustomer('Roles Ltd')).toEqual([]);

  const accepted = await superAdmin.person.press(await toLever(superAdmin.person, code), 'Accept');
  expect(accepted.text).toContain('is active');
  for (const { open } of people) {
    const settings = await open(integrations);
    expect(settings.text).toContain('Only a Super Admin can change these settings');
    expect(settings.html).not.toContain('Switch candidateStageChange on');
  }
  await switchesOn();
  // Lever lets interviewers move nobody; whoever may move a candidate may send an assessment by it.
  for (const browser of [superAdmin, ...people.slice(0, -1)]) await seesInvitation(await moves(browser));
});

promise('SMG-2', async () => {
  const code = await handOut('Coded Ltd');
  const person = somebody();
  const empty = await enablePage(person);
  expect(empty.text).toContain('Reference code');
  for (const wrong of ['', 'NOTHANDEDOUT', `${code}9`]) {
    const refused = await person.press(await enablePage(person), 'Continue', { reference: wrong });
    expect([refused.status, refused.text]).toEqual([
      422,
      expect.stringContaining('No open link belongs to this code'),
    ]);
    expect(refused.text).not.toContain('Continue to Lever');
  }
  const right = await person.press(await enablePage(person), 'Continue', { reference: code });
  expect([right.status, right.text]).toEqual([200, expect.stringContaining('Coded Ltd')]);
});

promise('SMG-3', async () => {
  const person = somebody();
  const page = await enablePage(person);
  expect([page.status, page.text]).toEqual([
    200,
    expect.stringContaining('Connect SMG POP Engine with your Lever account'),
  ]);
  const consent = await toLever(person, await handOut('Enabling Ltd'));
  const address = new URL(consent.address);
  expect(`${address.origin}${address.pathname}`).toBe(`${world.lever.authUrl}/authorize`);
  expect(Object.fromEntries(address.searchParams)).toMatchObject({
    response_type: 'code',
    client_id: SEED.app.clientId,
    redirect_uri: `${publicAddress()}/connect/callback`,
  });
});

promise('SMG-4', async () => {
  const { person } = superAdmin;
  const code = await handOut('Hesitant Ltd');
  const consent = await toLever(person, code);
  const asked = (new URL(consent.address).searchParams.get('scope') ?? '').split(' ');
  expect(asked.length).toBeGreaterThan(5);
  for (const permission of asked) expect(consent.text).toContain(permission);
  // Looking at the page is not agreeing.
  expect(await world.ofCustomer('Hesitant Ltd')).toEqual([]);

  const webhooks = world.lever.admin.webhooks();
  const authorized = (await superAdmin.open(apps)).text;
  const denied = await person.press(consent, 'Deny');
  expect(denied.text).toContain('You did not grant the access');
  expect(denied.text).toContain('Nothing was stored');
  expect(await world.ofCustomer('Hesitant Ltd')).toEqual([]);
  expect((await superAdmin.open(apps)).text).toBe(authorized);
  expect(world.lever.admin.webhooks()).toEqual(webhooks);

  const accepted = await person.press(await toLever(person, code), 'Accept');
  expect(accepted.text).toContain('is active');
  expect(await connectionOf('Hesitant Ltd')).toMatchObject({ status: 'active' });
});

promise('SMG-5', async () => {
  const page = await connects('Northwind');
  expect([page.status, page.text]).toEqual([
    200,
    expect.stringContaining('The connection between Northwind and SMG POP Engine is active'),
  ]);
  const { id } = await connectionOf('Northwind');
  expect((await world.ask('POST', `/connections/${id}/test`)).body).toMatchObject({
    ok: true,
    connection: { status: 'active' },
  });
  await switchesOn();
  await seesInvitation(await moves());
});

promise('SMG-6', async () => {
  const row = async (): Promise<string> => {
    const { html } = await superAdmin.open(integrations);
    return html.split('<tr>').find((each) => each.includes(`>${stageChange}<`)) ?? '';
  };
  expect(await row()).not.toContain('/webhooks/lever/');
  await connects('Hooked Ltd');
  const { webhook } = await connectionOf('Hooked Ltd');
  expect(await row()).toContain(webhook.url);
  expect(await row()).toContain('made by an app');
});

promise('SMG-7', async () => {
  await connects('Careful Ltd');
  const settings = await superAdmin.open(integrations);
  expect(settings.html).toContain(`Switch ${stageChange} on`);
  const early = await moves();
  // Not even the hub's own looks for events that were lost find what was before the switch.
  const { id } = await connectionOf('Careful Ltd');
  await looked(world, { connectionId: id, times: 3 });
  expect(await deliveriesOf(world, early)).toEqual([]);

  await switchesOn();
  await seesInvitation(await moves());
  await looked(world, { connectionId: id, times: 3 });
  expect(assessmentsOf(early)).toEqual([]);
  expect((await recruiter.card(early.opportunityId)).tags).not.toContain('POP-IN-Progress');
});

/** Lever tells of a move, and the hub keeps it for the day on which the connection can be used again. */
async function movesAndIsKept(): Promise<Candidate> {
  const candidate = await moves();
  await until(
    'the move is kept',
    () => deliveriesOf(world, candidate),
    (found) => found.some(({ verdict }) => verdict === 'held'),
  );
  return candidate;
}

promise('SMG-33', async () => {
  await connects('Leaving Ltd');
  const { id } = await connectionOf('Leaving Ltd');
  await switchesOn();
  const [first, second] = [await moves(), await moves()];
  const [link] = (await seesInvitation(first)).links;
  await seesInvitation(second);

  await superAdmin.person.press(await superAdmin.open(apps), 'Revoke access of Fulcrum');
  expect((await superAdmin.open(apps)).text).toContain('Revoked');
  const before = await Promise.all([first, second].map(({ opportunityId }) => recruiter.card(opportunityId)));
  const { seq = 0 } = world.lever.admin.requests().at(-1) ?? {};
  const late = await moves();
  await takeAssessment(String(link));

  await until(
    'the connection is known to be revoked',
    async () => (await connectionOf('Leaving Ltd')).status,
    (status) => status === 'disconnected',
  );
  const run = await runOf(world, first);
  await liveRun(
    world,
    run.id,
    'the result waits',
    ({ suspended, status }) => suspended && status === 'completed',
  );
  // Lever goes on telling of moves: they are kept for the day on which the customer connects again.
  const later = await movesAndIsKept();

  // The hub's own looks at the account end as well: a last one may be under way.
  await until(
    'no more looks are due',
    async () => (await scheduleOf(world, id).describe()).state,
    ({ paused }) => paused,
  );
  const looking = `WorkflowType = 'reconcile' AND FulcrumConnection = '${id}' AND ExecutionStatus = 'Running'`;
  await until(
    'no look is under way',
    () => workflowsOf(world.client, looking),
    ({ length }) => length === 0,
  );
  const calls = () =>
    world.lever.admin.requests({ after: seq }).filter(({ path }) => /^\/(v1|oauth)\//.test(path));
  const asked = calls().length;
  // Whatever Lever tells from now on is kept without a question back; meanwhile a hub that tries again would have.
  const kept: Candidate[] = [];
  while (kept.length < 10) kept.push(await movesAndIsKept());
  expect(calls()).toHaveLength(asked);
  expect(calls().filter(({ status }) => status === 200 || status === 201)).toEqual([]);
  expect(asked).toBeLessThan(10);
  expect([late, later, ...kept].flatMap(assessmentsOf)).toEqual([]);
  const after = await Promise.all([first, second].map(({ opportunityId }) => recruiter.card(opportunityId)));
  expect(after).toEqual(before);
  expect((await world.ask('GET', `/connections/${id}`)).body).toMatchObject({ status: 'disconnected' });
});
