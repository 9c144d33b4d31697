import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as PgClient } from 'pg';
import { createLogger } from '../../platform/log';
import { assemble } from '../../scripts/assemble';
import { startEmbedded } from '../../scripts/embedded/runtime';
import { SEED } from '../../simulators/lever/seed';
import type { Person } from '../helpers/actions';
import {
  applicant,
  applied,
  ended,
  invitedApplicant,
  liveRun,
  move,
  operator,
  runOf,
  webhookAbout,
} from '../helpers/actions';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { leaks } from './leaks';

/** Decision 0016: whoever gets hold of a database file or a log learns nothing about any candidate. */

const logged: string[] = [];

const firstName = 'Zephyrine';
const lastName = 'Quillfeather';
const someone = (n: number) => ({
  name: `${firstName} ${lastName}`,
  email: `${firstName}.${lastName}.${n}@personal.example`.toLowerCase(),
});
/** The parts count as well: a first name alone tells enough. */
const words = [firstName, lastName, 'personal.example'];

const world = useWorld(() =>
  assemble(async (atEnd) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'fulcrum-personal-'));
    atEnd(() => rm(dataDir, { recursive: true, force: true }));
    const temporal = await startEmbedded({
      dataDir,
      need: { postgres: false, temporal: true },
      ports: { temporal: 0, temporalUi: 0 },
      fsync: false,
      log: () => undefined,
    });
    atEnd(() => temporal.stop());
    const destination = { write: (line: string) => void logged.push(line) };
    const hub = await startWorld({
      temporalAddress: temporal.temporalAddress as string,
      settings: { note: 'Result of {assessment}: {score}', onLeaveStage: 'cancel', reminders: ['200ms'] },
      log: createLogger({ level: 'trace', name: 'hub', destination }),
    });
    atEnd(() => hub.stop());
    return { ...hub, dataDir, temporal };
  }),
);
beforeAll(() => liveThroughEverything());

let person: Person;

/** Runs that end well, that end in error with a note, that ask for attention, and bad messages around them. */
async function liveThroughEverything(): Promise<void> {
  const happy = await invitedApplicant(world, someone(1));
  person = happy;
  world.smg.admin.complete(happy.application.applicationId);
  await ended(world, happy, 'completed');
  const webhook = await webhookAbout(world, happy);
  await world.lever.admin.rerun(webhook.id);
  world.smg.admin.resendCallback(happy.application.applicationId);

  const malformed = applicant(world, { ...someone(2), postingId: SEED.postings.areaManager });
  move(world, malformed);
  await ended(world, malformed, 'skipped');

  const troubled = applicant(world, someone(3));
  const path = `/opportunities/${troubled.opportunityId}/addLinks`;
  const message = `There is no ${troubled.name} <${troubled.email}>`;
  world.lever.admin.fault({ kind: 'status', status: 404, path, method: 'POST', message });
  move(world, troubled);
  const { applicationId } = await applied(world, troubled);
  const { id } = await runOf(world, troubled);
  await liveRun(world, id, 'the run asks for attention', ({ attention }) => attention.length === 1);
  world.smg.admin.complete(applicationId);
  const dismissed = await operator(world, 'POST', `/assessments/${id}/effects/invited%2Flink/dismiss`, {
    reason: `${troubled.name} was told by phone`,
  });
  expect(dismissed.status).toBe(200);
  await ended(world, troubled, 'completed');

  const refused = applicant(world, someone(4));
  const error_text = `The candidate ${refused.name} (${refused.email}, ${refused.email.toUpperCase()}) is blocked`;
  world.smg.admin.fault({ kind: 'error-code', command: 'application_create', error_code: 1713, error_text });
  move(world, refused);
  await ended(world, refused, 'failed');

  const unlucky = applicant(world, someone(5));
  world.lever.admin.fault({ kind: 'status', status: 500, path: '*', method: 'GET', message });
  world.smg.admin.fault({ kind: 'lost-answer', command: 'application_create' });
  move(world, unlucky);
  await applied(world, unlucky);
  world.lever.admin.archive(unlucky.opportunityId);
  await ended(world, unlucky, 'cancelled');

  // What strangers and programs send, with a person in it.
  const { email, name } = someone(6);
  await operator(world, 'GET', `/assessments?email=${encodeURIComponent(email)}`);
  await operator(world, 'GET', `/assessments?nonsense=${encodeURIComponent(email)}`);
  await operator(world, 'GET', `/assessments/${encodeURIComponent(name)}`);
  const post = (url: string, body: string): Promise<Response> =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await post(world.connection.webhook.url, JSON.stringify({ event: name, data: { email } }));
  await post(world.connection.webhook.url, `{"name": "${name}", `);
  await post(world.connection.callbackUrl, JSON.stringify({ application_id: '1', email, name }));
  await post(`${world.connection.callbackUrl}/${encodeURIComponent(email)}`, name);
}

describe('after runs of every kind, the name and e-mail of the candidate are nowhere readable', () => {
  it('in the hub database', async () => {
    const tables = await dump(world.databaseUrl);
    const all = Buffer.concat([...tables.values()]);
    // What may be there is there: the search looks at the right place.
    expect(leaks('database', all, [person.opportunityId])).not.toEqual([]);
    expect([...tables.keys()]).toEqual(
      expect.arrayContaining([
        'assessments',
        'assessment_events',
        'claims',
        'deliveries',
        'connections',
        'audit',
      ]),
    );
    expect([...tables].flatMap(([table, bytes]) => leaks(table, bytes, words))).toEqual([]);
  });

  it("in Temporal's database file", async () => {
    const folder = join(world.dataDir, 'temporal');
    const files = (await readdir(folder)).filter((file) => file.startsWith('temporal.db'));
    const contents = await Promise.all(files.map((file) => readFile(join(folder, file))));
    const all = Buffer.concat(contents);
    expect(leaks('temporal.db', all, [person.opportunityId])).not.toEqual([]);
    expect(leaks('temporal.db', all, words)).toEqual([]);
  });

  it('in the log of api and workers, down to its finest level', () => {
    const all = Buffer.from(logged.join('\n'));
    expect(leaks('log', all, [world.connection.id, '"level":20'])).not.toEqual([]);
    expect(logged.filter((line) => leaks('log', Buffer.from(line), words).length > 0)).toEqual([]);
  });

  it('while the e-mail still finds the runs, for who may ask', async () => {
    const path = `/assessments?email=${encodeURIComponent(person.email.toUpperCase())}`;
    const { body } = await operator<{ data: { candidate: { name: string } }[] }>(world, 'GET', path);
    expect(body.data.map(({ candidate }) => candidate.name)).toEqual([person.name]);
  });
});

describe('the search itself', () => {
  it.each([
    ['plain', Buffer.from(`x${firstName}x`)],
    ['in capitals', Buffer.from(firstName.toUpperCase())],
    ['UTF-16', Buffer.from(lastName, 'utf16le')],
    ['base64 from the start', Buffer.from(Buffer.from(`${lastName} and more`).toString('base64'))],
    ['base64 one in', Buffer.from(Buffer.from(`a${lastName} and more`).toString('base64'))],
    ['base64 two in', Buffer.from(Buffer.from(`ab${lastName} and more`).toString('base64'))],
    ['hex', Buffer.from(Buffer.from(`${lastName}`).toString('hex'))],
  ])('finds a word that is written %s', (_, bytes) => {
    expect(leaks('here', bytes, words)).toHaveLength(1);
  });

  it('does not find what is not there', () => {
    const noise = createHash('sha512').update('noise').digest();
    expect(leaks('here', noise, words)).toEqual([]);
  });
});

/** Every value of every table: text as text, bytes as they are. */
async function dump(url: string): Promise<Map<string, Buffer>> {
  const client = new PgClient({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ table_name: string }>(
      `select table_name from information_schema.tables where table_schema = 'public'`,
    );
    const tables = new Map<string, Buffer>();
    for (const { table_name: table } of rows) {
      const { rows: lines } = await client.query<Record<string, unknown>>(`select * from "${table}"`);
      const values = lines.flatMap((line) => Object.values(line));
      tables.set(table, Buffer.concat(values.map(bytesOf)));
    }
    return tables;
  } finally {
    await client.end();
  }
}

const bytesOf = (value: unknown): Buffer =>
  Buffer.isBuffer(value)
    ? value
    : Buffer.from(`\n${typeof value === 'string' ? value : JSON.stringify(value)}`);
