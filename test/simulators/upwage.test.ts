import { createHmac } from 'node:crypto';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UpwageSimulator } from '../../simulators/upwage/server';
import { defaultSecret, startUpwageSimulator } from '../../simulators/upwage/server';
import { defaultQuestions } from '../../simulators/upwage/state';
import { until } from '../helpers/until';

interface Got {
  headers: Record<string, unknown>;
  body: string;
}

let upwage: UpwageSimulator;
let hub: Server;
let got: Got[];
let answers: number[];

beforeAll(async () => {
  hub = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answers.shift() ?? 202).end();
    });
  });
  await new Promise<void>((done) => hub.listen(0, '127.0.0.1', done));
  upwage = await startUpwageSimulator({
    screeners: [{ id: 'scr_1', name: 'Cashier', leverJobId: 'job-1', questions: defaultQuestions }],
    callbackRetries: [20, 20],
  });
  upwage.admin.sendTo(`http://127.0.0.1:${(hub.address() as AddressInfo).port}/hook`);
});
beforeEach(() => {
  got = [];
  answers = [];
});
afterEach(() => upwage.admin.clear());
afterAll(async () => {
  await upwage.stop();
  hub.closeAllConnections();
  await new Promise((done) => hub.close(done));
});

const received = (count: number): Promise<Got[]> =>
  until(
    `${count} events`,
    () => got,
    ({ length }) => length >= count,
  );
const opened = () =>
  upwage.admin.open({ screenerId: 'scr_1', name: 'Dana van Example', email: 'dana@example.com' });
const post = (address: string, body: Record<string, string> = {}): Promise<Response> =>
  fetch(address, { method: 'POST', body: new URLSearchParams(body), redirect: 'manual' });

it('signs its events over time and body', async () => {
  const { id } = opened();
  upwage.admin.complete(id, { outcome: 'FAILED' });
  const [event] = await received(1);
  const time = String(event?.headers['x-upwage-timestamp']);
  const digest = createHmac('sha256', defaultSecret).update(`${time}.${event?.body}`).digest('hex');
  expect(event?.headers['x-upwage-signature']).toBe(`sha256=${digest}`);
  const body = JSON.parse(event?.body ?? '') as Record<string, unknown>;
  expect(body).toMatchObject({
    event: 'screener.completed',
    id: event?.headers['x-upwage-event-id'],
    session_id: id,
    lever_job_id: 'job-1',
    outcome: 'FAILED',
    candidate: { first_name: 'Dana', last_name: 'van Example', email: 'dana@example.com' },
  });
});

it('repeats an event that was not taken, and leaves one that was refused', async () => {
  answers = [503, 202];
  const { id } = opened();
  upwage.admin.complete(id);
  const events = await received(2);
  expect(new Set(events.map(({ body }) => body)).size).toBe(1);
  answers = [422];
  upwage.admin.resend(id);
  await received(3);
  await until(
    'the refusal was noted',
    () => upwage.admin.callbacks({ applicationId: id }),
    (sent) => sent.some(({ outcome }) => outcome === 'dropped'),
  );
});

it('leads a person from the e-mail to the document', async () => {
  const { id } = opened();
  const [mail] = upwage.admin.mailbox({ to: 'dana@example.com' });
  const chat = String(mail?.link);
  expect(await (await fetch(chat)).text()).toMatch(/Welcome, Dana/);
  expect((await post(`${chat}/start`)).status).toBe(303);
  expect((await post(`${chat}/submit`, { weekends: 'Yes' })).status).toBe(422);
  expect((await post(`${chat}/submit`, { weekends: 'No', cash: 'Yes', why: 'Pay' })).status).toBe(303);
  await received(1);
  expect(upwage.admin.application(id)).toMatchObject({ outcome: 'FAILED', status: 'finished' });
  expect((await fetch(chat)).status).toBe(410);
  const { pdf } = JSON.parse(got[0]?.body ?? '') as { pdf: { url: string } };
  const document = await fetch(pdf.url);
  expect(document.headers.get('content-type')).toBe('application/pdf');
  expect(await document.text()).toMatch(/^%PDF-[^]*Can you work on weekends\? No/);
  expect(await (await fetch(upwage.url)).text()).toMatch(/Dana van Example/);
});

it('calls it incomplete when somebody does not want to go on', async () => {
  const { id, link } = opened();
  expect((await post(`${link}/decline`)).status).toBe(200);
  await received(1);
  expect(upwage.admin.application(id).outcome).toBe('INCOMPLETE');
});

it('is driven from another process', async () => {
  const made = await fetch(`${upwage.url}/_control/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ screenerId: 'scr_1', email: 'kim@example.com' }),
  });
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as { id: string };
  const done = await fetch(`${upwage.url}/_control/applications/${id}/complete`, { method: 'POST' });
  expect(done.status).toBe(200);
  await received(1);
});

it.each([
  ['gone', 410],
  ['redirect', 302],
] as const)('can answer for a document that is %s', async (kind, status) => {
  const { id } = opened();
  upwage.admin.setDocument(id, kind);
  upwage.admin.complete(id);
  const { pdf } = JSON.parse((await received(1))[0]?.body ?? '') as { pdf: { url: string } };
  expect((await fetch(pdf.url, { redirect: 'manual' })).status).toBe(status);
});

it('asks for the Lever Job ID of a new screener', async () => {
  const form = await (await fetch(`${upwage.url}/screeners/new`)).text();
  expect(form).toContain('Lever Job ID');
  const refused = await post(`${upwage.url}/screeners`, { name: '<Baker>' });
  expect(refused.status).toBe(422);
  const shown = await refused.text();
  expect(shown).toContain('Give the Lever Job ID');
  expect(shown).toContain('value="&lt;Baker&gt;"');
  expect((await post(`${upwage.url}/screeners`, { lever_job_id: 'job-2' })).status).toBe(422);
  expect((await post(`${upwage.url}/screeners`, { name: 'Baker', lever_job_id: 'job-2' })).status).toBe(303);
  const made = upwage.admin.screeners().at(-1);
  expect(made).toMatchObject({ name: 'Baker', leverJobId: 'job-2' });
  upwage.admin.open({ screenerId: String(made?.id), email: 'dana@example.com' });
});

it('lets only an admin install the integration with Lever', async () => {
  const install = async (person: string) => {
    const answer = await post(`${upwage.url}/integrations/lever`, { person });
    return { status: answer.status, page: await answer.text() };
  };
  expect(await install('admin')).toMatchObject({ status: 200, page: expect.stringContaining('Ask Upwage') });
  upwage.admin.offerLink('https://hub.example/connect/link/x');
  const link = expect.stringContaining('href="https://hub.example/connect/link/x"');
  expect(await install('admin')).toMatchObject({ status: 200, page: link });
  expect(await install('member')).toMatchObject({
    status: 403,
    page: expect.not.stringContaining('hub.example'),
  });
  expect((await install('nobody')).status).toBe(403);
});
