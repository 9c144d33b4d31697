import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createFiles } from '../../db/repositories/files';
import { emailDigests } from '../../platform/crypto/hmac';
import { createLogger } from '../../platform/log';
import { assemble } from '../../scripts/assemble';
import { SEED } from '../../simulators/lever/seed';
import { sweepScheduleId } from '../../workflows/maintenance/contract';
import type { Assessment, Delivery, Person } from '../helpers/actions';
import {
  applicant,
  applied,
  ended,
  inLever,
  invited,
  liveRun,
  move,
  operator,
  runOf,
  runsOf,
  webhookAbout,
} from '../helpers/actions';
import { openTestPool } from '../helpers/database';
import { placesOf } from '../helpers/person-search';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { serandDriver } from '../vendors/serand-driver';
import { standardDriver } from '../vendors/standard-driver';

/**
 * A person of one customer is erased who has runs at three vendors, open, closed and suspended ones, and a delivery that is
 * held: they are in every kind of place before, and nowhere afterwards, whatever comes late.
 */

const customer = 'Acme Stores';
const someone = {
  name: 'Zephyrine Quillfeather',
  email: 'zephyrine.quillfeather@personal.example',
};
const standardKey = 'key-of-the-standard-connection';

const withoutMove = ({ resultsStage: _, ...settings }: Record<string, unknown>) => settings;

const logged: string[] = [];
const world = useWorld(() =>
  assemble(async (atEnd) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'fulcrum-erasing-'));
    atEnd(() => rm(dataDir, { recursive: true, force: true }));
    const serand = await serandDriver.start();
    atEnd(() => serand.stop());
    const standard = await standardDriver.start();
    atEnd(() => standard.stop());
    const destination = { write: (line: string) => void logged.push(line) };
    const hub = await startWorld({
      connection: { customer },
      env: { ...serand.env, ...standard.env, DATA_DIR: dataDir },
      log: createLogger({ level: 'trace', name: 'hub', destination }),
    });
    atEnd(() => hub.stop());
    const atSerand = await hub.connect({
      vendor: 'serand',
      customer,
      credentials: serand.credentials,
      settings: { triggerStages: ['Phone screen'] },
    });
    hub.lever.admin.addApiKey({ key: standardKey, scopes: 'all', confidential: true });
    const atStandard = await hub.connect({
      vendor: 'standard',
      customer,
      lever: { apiKey: standardKey },
      credentials: standard.credentials,
      settings: { ...withoutMove(standard.settings), triggerStages: ['Offer'] },
    });
    return { ...hub, dataDir, serand, standard, atSerand, atStandard };
  }),
);

interface Erasure {
  status: string;
  counts: Record<string, number>;
  atVendors: { vendor: string; outcome: string; noted: boolean | null; code: string | null }[];
}

const searched = () => ({
  databaseUrl: world.databaseUrl,
  client: world.client,
  ring: world.ring,
  folders: [world.dataDir],
  log: { lines: logged, words: [...Object.values(someone), 'quillfeather'] },
});

async function erased(request: Record<string, unknown>): Promise<Erasure> {
  const answer = await operator<{ id: string }>(world, 'POST', '/people/erase', { customer, ...request });
  expect(answer.status).toBe(202);
  const { body } = await until(
    'the erasure is over',
    () => operator<Erasure>(world, 'GET', `/people/erasures/${answer.body.id}`),
    (seen) => !['waiting', 'working'].includes(seen.body.status),
  );
  return body;
}

const of = (posting: 'storeManager' | 'storeClerk'): Person =>
  applicant(world, { ...someone, postingId: SEED.postings[posting] });

const words: string[] = [];
let open: Person;
let atSerand: Person;
let closed: Person;
let bystander: Person;
let late: { url: string; body: string };

beforeAll(async () => {
  bystander = applicant(world);
  move(world, bystander);
  await invited(world, bystander);

  open = of('storeManager');
  move(world, open);
  const application = await invited(world, open);
  late = { url: String(application.callbackUrl).replace(/\[[^[\]]*\]/, application.applicationId), body: '' };

  atSerand = of('storeClerk');
  move(world, atSerand, SEED.stages.phoneScreen);
  const [invitation] = await until(
    'Serand was asked to invite',
    () => world.serand.invitations(someone.email),
    ({ length }) => length === 1,
  );
  await until(
    'the invitation is on record',
    () => runOf(world, atSerand),
    ({ status }) => status === 'invited',
  );

  closed = of('storeClerk');
  move(world, closed, SEED.stages.offer);
  const orders = () => world.standard.invitations(someone.email);
  const [first] = await until('an order was placed', orders, ({ length }) => length === 1);
  await until(
    'it is on record',
    () => runOf(world, closed),
    ({ status }) => status === 'invited',
  );
  world.standard.complete(first!.ref);
  await ended(world, closed, 'completed');

  const suspended = of('storeClerk');
  move(world, suspended, SEED.stages.offer);
  const [, second] = await until('another order was placed', orders, ({ length }) => length === 2);
  const { id } = await until(
    'it is on record, too',
    () => runOf(world, suspended),
    ({ status }) => status === 'invited',
  );
  world.lever.admin.removeApiKey(standardKey);
  world.standard.begin?.(second!.ref);
  await liveRun(world, id, 'the run is suspended', (run) => run.suspended);

  expect((await operator(world, 'POST', `/connections/${world.atSerand.id}/pause`)).status).toBe(200);
  const held = of('storeClerk');
  move(world, held, SEED.stages.phoneScreen);
  await until(
    'the delivery is held',
    async () => {
      const path = `/deliveries?opportunity=${held.opportunityId}&verdict=held`;
      return (await operator<{ data: Delivery[] }>(world, 'GET', path)).body.data;
    },
    ({ length }) => length === 1,
  );
  await world.client.schedule.getHandle(`reconcile/${world.connection.id}`).trigger();
  await until(
    'a look has met the person',
    async () =>
      (await placesOf(searched(), [open.opportunityId])).filter((place) => place === 'history reconcile'),
    ({ length }) => length === 1,
  );

  const pool = openTestPool(world.databaseUrl);
  await createFiles(pool, world.ring).put(Readable.from([Buffer.from(`About ${someone.name}`)]), {
    assessmentId: (await runOf(world, open)).id,
    name: `${someone.name}.txt`,
    contentType: 'text/plain',
    maxBytes: 1_000,
  });
  await pool.close();

  words.push(
    ...Object.values(someone),
    'quillfeather',
    ...emailDigests(world.ring, someone.email),
    ...[open, atSerand, closed, suspended, held].map(({ opportunityId }) => opportunityId),
    ...[application.applicationId, application.appLink, invitation!.ref],
  );
});

it('is in each kind of place, erased from all of them, and told what became of the invitations', async () => {
  expect(await placesOf(searched(), words)).toEqual(
    expect.arrayContaining([
      'history assessment',
      'history reconcile',
      'table assessments',
      'table claims',
      'table deliveries',
      'table file_pieces',
      'table files',
      'visibility',
    ]),
  );
  // Not personal, and so it may stay: ids of others.
  expect(await placesOf(searched(), [bystander.opportunityId])).toContain('table assessments');

  const preview = await operator<{
    confirmation: string;
    counts: Record<string, number>;
    assessments: { vendor: string; open: boolean; withdraws: boolean }[];
  }>(world, 'POST', '/people/erase/preview', { customer, email: someone.email.toUpperCase() });
  expect(preview.status).toBe(200);
  expect(
    preview.body.assessments.map(({ vendor, open: isOpen, withdraws }) => ({ vendor, isOpen, withdraws })),
  ).toEqual([
    { vendor: 'smg', isOpen: true, withdraws: false },
    { vendor: 'serand', isOpen: true, withdraws: true },
    { vendor: 'standard', isOpen: false, withdraws: true },
    { vendor: 'standard', isOpen: true, withdraws: true },
  ]);
  expect(preview.body.counts['deliveries']).toBeGreaterThan(5);
  expect(await runsOf(world, open)).toHaveLength(1);

  const before = inLever(world, open);
  const proof = await erased({ email: someone.email, confirmation: preview.body.confirmation });
  expect(proof.status).toBe('finished');
  expect(proof.counts).toMatchObject({ runs: 4, claims: 4, files: 1 });
  expect(proof.counts['executions']).toBeGreaterThanOrEqual(4);
  expect(proof.counts['looks']).toBe(1);
  expect(
    Object.fromEntries(proof.atVendors.map(({ vendor, outcome, noted }) => [vendor, { outcome, noted }])),
  ).toEqual({
    smg: { outcome: 'unsupported', noted: true },
    serand: { outcome: 'withdrawn', noted: null },
    standard: { outcome: 'withdrawn', noted: null },
  });
  for (const word of words) expect(JSON.stringify(proof)).not.toContain(word);

  expect(await placesOf(searched(), words)).toEqual([]);

  const [invitation] = world.serand.invitations(someone.email);
  expect(world.serand.statusOf?.(invitation!.ref)).toBe('cancelled');
  const statuses = world.standard.invitations(someone.email).map(({ ref }) => world.standard.statusOf?.(ref));
  expect(statuses.sort()).toEqual(['cancelled', 'completed']);
  // One note, and nothing else.
  const after = inLever(world, open);
  expect(after.notes).toHaveLength(before.notes.length + 1);
  expect(JSON.stringify(after.notes.at(-1))).toContain('could not be withdrawn');
  expect([after.tags, after.links, after.stage]).toEqual([before.tags, before.links, before.stage]);

  expect((await runOf(world, bystander)).status).toBe('invited');
});

it('lets neither a rerun nor a late callback nor a look bring anything back', async () => {
  for (const person of [open, atSerand, closed]) {
    const webhook = await webhookAbout(world, person);
    await world.lever.admin.rerun(webhook.id);
    await world.lever.admin.rerun(webhook.id, { freshToken: true });
  }
  expect((await fetch(late.url)).ok).toBe(true);
  for (const { ref } of world.standard.invitations(someone.email)) world.standard.resend(ref);
  for (const { ref } of world.serand.invitations(someone.email)) world.serand.resend(ref);
  world.lever.admin.archive(closed.opportunityId);
  await world.client.schedule.getHandle(`reconcile/${world.connection.id}`).trigger();
  await world.client.schedule.getHandle(sweepScheduleId).trigger();
  const erasedOnes = await until(
    'all of it was taken',
    async () =>
      (await operator<{ data: Delivery[] }>(world, 'GET', '/deliveries?limit=200')).body.data.filter(
        ({ reasonCode }) => reasonCode === 'erased',
      ),
    ({ length }) => length >= 9,
  );
  for (const { verdict, opportunity, workflowId } of erasedOnes) {
    expect({ verdict, opportunity, workflowId }).toEqual({
      verdict: 'ignored',
      opportunity: null,
      workflowId: null,
    });
  }
  await until(
    'looks and sweeps are over',
    () => world.client.workflow.count("WorkflowType != 'assessment' AND ExecutionStatus = 'Running'"),
    ({ count }) => count === 0,
  );
  expect(await placesOf(searched(), words)).toEqual([]);
});

it('is harmless a second time, and finds nobody', async () => {
  const proof = await erased({ email: someone.email, confirm: true });
  expect(proof).toMatchObject({ status: 'finished', atVendors: [] });
  expect(Object.values(proof.counts).every((count) => count === 0)).toBe(true);
  expect(await placesOf(searched(), words)).toEqual([]);
});

it('starts afresh with a newer stage change', async () => {
  move(world, open, SEED.stages.newApplicant);
  const count = world.smg.admin.applications({ email: open.email }).length;
  move(world, open);
  await until(
    'the person is invited anew',
    () => world.smg.admin.applications({ email: open.email }),
    ({ length }) => length === count + 1,
  );
  const runs: Assessment[] = await until(
    'the run is on record',
    () => runsOf(world, open),
    ({ length }) => length === 1,
  );
  expect(runs).toHaveLength(1);
});

it('joins a request for the same person that is under way', async () => {
  const person = applicant(world, { email: `${randomUUID()}@personal.example` });
  move(world, person);
  await applied(world, person);
  const request = { customer, opportunity: person.opportunityId, confirm: true };
  const answers = await Promise.all(
    [1, 2, 3].map(() => operator<{ id: string; joined: boolean }>(world, 'POST', '/people/erase', request)),
  );
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(answers.filter(({ body }) => !body.joined)).toHaveLength(1);
  await until(
    'the erasure is over',
    () => operator<Erasure>(world, 'GET', `/people/erasures/${answers[0]!.body.id}`),
    ({ body }) => body.status === 'finished',
  );
  expect(await placesOf(searched(), [person.opportunityId, person.email])).toEqual([]);
});
