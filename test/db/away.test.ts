import { Client } from 'pg';
import { isDatabaseAway } from '../../db/away';
import { createConnectionDirectory } from '../../db/connection-directory';
import type { Database } from '../../db/database';
import { openDatabase } from '../../db/database';
import { createConnections } from '../../db/repositories/connections';
import type { Deliveries } from '../../db/repositories/deliveries';
import { createDeliveries } from '../../db/repositories/deliveries';
import { FulcrumError } from '../../domain/errors';
import type { TestDatabase } from '../helpers/database';
import { createTestDatabase } from '../helpers/database';
import { aConnection, aNote, someSecrets } from '../helpers/domain';
import { testRing } from '../helpers/keys';
import { waitMs } from '../helpers/limits';
import type { TcpProxy } from '../helpers/tcp-proxy';
import { startTcpProxy } from '../helpers/tcp-proxy';
import { until } from '../helpers/until';

/** The database goes away and comes back, as the hub sees it: through a wire that can be cut or fall silent. */

const ring = testRing();
const away = { code: 'db.unavailable' };
let own: TestDatabase;
let proxy: TcpProxy;
let db: Database;
let proxied: string;

beforeAll(async () => {
  own = await createTestDatabase();
  const target = new URL(own.url);
  proxy = await startTcpProxy({ host: target.hostname, port: Number(target.port) });
  target.hostname = '127.0.0.1';
  target.port = String(proxy.port);
  proxied = target.toString();
  db = openDatabase({ url: proxied, poolSize: 3, connectTimeoutMs: waitMs, statementTimeoutMs: waitMs });
});
afterAll(async () => {
  await db.close();
  await proxy.stop();
  await own.drop();
});

/** Waits until the database gives an answer. */
const answered = (deliveries: Deliveries): Promise<unknown> =>
  until(
    'an answer',
    () => deliveries.list({ limit: 1 }).catch((error: unknown) => error),
    (answer) => !(answer instanceof Error),
  );

it('is told as db.unavailable, and the pool heals by itself when the server is back', async () => {
  const deliveries = createDeliveries(db, ring);
  await deliveries.record(aNote());
  await proxy.cut();
  for (let i = 0; i < 5; i += 1) await expect(deliveries.record(aNote())).rejects.toMatchObject(away);
  await proxy.mend();
  await expect(Promise.all([1, 2, 3, 4, 5].map(() => deliveries.record(aNote())))).resolves.toHaveLength(5);
});

it('is noticed in the middle of a transaction, and leaves no broken connection behind', async () => {
  const deliveries = createDeliveries(db, ring);
  const note = aNote({ verdict: 'pending' });
  await deliveries.record(note);
  const taking = deliveries.takePending(1, async () => {
    await proxy.cut();
    return { verdict: 'started' };
  });
  await expect(taking).rejects.toMatchObject(away);
  await proxy.mend();
  expect(await deliveries.takePending(1, async () => ({ verdict: 'started' }))).toBe(1);
});

it('does not make callers wait when it takes connections and says nothing', async () => {
  const hasty = openDatabase({
    url: proxied,
    poolSize: 3,
    connectTimeoutMs: 1_000,
    statementTimeoutMs: 1_000,
  });
  const deliveries = createDeliveries(hasty, ring);
  await answered(deliveries);
  proxy.silence();
  const asked = Promise.allSettled([1, 2, 3, 4].map(() => deliveries.list({ limit: 1 })));
  for (const answer of await asked) {
    expect(answer).toMatchObject({ status: 'rejected', reason: away });
  }
  await expect(deliveries.list({ limit: 1 })).rejects.toMatchObject(away);
  await proxy.mend();
  await answered(deliveries);
  await hasty.close();
});

it('survives the server ending every session, as a restart does', async () => {
  const deliveries = createDeliveries(db, ring);
  await Promise.all([1, 2, 3].map(() => deliveries.list({ limit: 1 })));
  const admin = new Client({ connectionString: own.url });
  await admin.connect();
  await admin.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await admin.end();
  await answered(deliveries);
  await expect(Promise.all([1, 2, 3].map(() => deliveries.list({ limit: 1 })))).resolves.toHaveLength(3);
});

it('does not stop the directory: it starts cold, warms up, and keeps its snapshot through an outage', async () => {
  await proxy.cut();
  const connections = createConnections(db, ring);
  const directory = createConnectionDirectory({
    connections,
    listenUrl: proxied,
    refreshMs: 3_600_000,
    retryMs: 100,
  });
  await directory.start();
  try {
    expect(directory.isWarm()).toBe(false);
    await expect(directory.refresh()).rejects.toMatchObject(away);
    await proxy.mend();
    await until('the first snapshot', () => directory.isWarm(), Boolean);
    const connection = aConnection();
    await connections.insert(connection, someSecrets, null);
    await until('the connection', () => directory.byKey(connection.key));

    await proxy.cut();
    expect(directory.byKey(connection.key)).toEqual(connection);
    expect(directory.secretsOf(connection.id)).toEqual(someSecrets);
    await proxy.mend();
    const later = aConnection();
    await until(
      'the insert',
      () =>
        connections.insert(later, someSecrets, null).then(
          () => 'inserted',
          (error: unknown) => error,
        ),
      (outcome) => outcome === 'inserted',
    );
    await until('news after the outage', () => directory.byKey(later.key));
  } finally {
    await directory.stop();
  }
});

it('is told apart from other errors', () => {
  expect(isDatabaseAway(Object.assign(new Error('x'), { code: '57P01' }))).toBe(true);
  expect(isDatabaseAway(Object.assign(new Error('x'), { code: '08006' }))).toBe(true);
  expect(isDatabaseAway(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))).toBe(true);
  expect(isDatabaseAway(new Error('Connection terminated unexpectedly'))).toBe(true);
  expect(isDatabaseAway(Object.assign(new Error('x'), { code: '23505' }))).toBe(false);
  expect(isDatabaseAway(Object.assign(new Error('x'), { code: '42P01' }))).toBe(false);
  expect(isDatabaseAway(new FulcrumError('conflict', 'x'))).toBe(false);
  expect(isDatabaseAway(new Error('anything'))).toBe(false);
  expect(isDatabaseAway('away')).toBe(false);
});
