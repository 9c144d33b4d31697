import { createConnectionDirectory } from '../../db/connection-directory';
import type { Database } from '../../db/database';
import { createAudit } from '../../db/repositories/audit';
import { createConnections } from '../../db/repositories/connections';
import { createGrants } from '../../db/repositories/grants';
import type { Connection, LeverGrant } from '../../domain/connection';
import { reasonOf } from '../../domain/connection-reasons';
import { openTestDatabase, openTestPool } from '../helpers/database';
import { aConnection, anApiKey, someSecrets } from '../helpers/domain';
import { testRing } from '../helpers/keys';
import { until } from '../helpers/until';

const ring = testRing();
let db: Database;
let url: string;
let close: () => Promise<void>;
let connections: ReturnType<typeof createConnections>;
let grants: ReturnType<typeof createGrants>;

beforeAll(async () => {
  ({ db, url, close } = await openTestDatabase());
  connections = createConnections(db, ring);
  grants = createGrants(db, ring);
});
afterAll(() => close());

describe('connections', () => {
  it('come back as they were put in', async () => {
    const connection = aConnection({
      webhooks: [{ id: 'wh', event: 'candidateHired', url: 'https://hub/webhooks' }],
      lastHeardAt: 5000,
    });
    await connections.insert(connection, someSecrets, anApiKey);
    expect(await connections.get(connection.id)).toEqual(connection);
    expect(await connections.getByKey(connection.key)).toEqual(connection);
    expect(await connections.secrets(connection.id)).toEqual(someSecrets);
    expect(await grants.read(connection.id)).toEqual(anApiKey);
    expect(await connections.get('nobody')).toBeNull();
    await expect(connections.secrets('nobody')).rejects.toMatchObject({ code: 'connection.missing' });
    await expect(connections.insert(connection, someSecrets, null)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('change only in what is named', async () => {
    const connection = aConnection();
    await connections.insert(connection, someSecrets, null);
    const updated = await connections.update(connection.id, {
      status: 'paused',
      statusReason: reasonOf('to_be_corrected', 'holiday'),
      stages: [],
    });
    expect(updated).toEqual({
      ...connection,
      status: 'paused',
      statusReason: reasonOf('to_be_corrected', 'holiday'),
      stages: [],
      updatedAt: expect.any(Number),
    });
    const secrets = { ...someSecrets, signatureTokens: ['new', 'old'] };
    await connections.setSecrets(connection.id, secrets);
    expect(await connections.secrets(connection.id)).toEqual(secrets);
    await expect(connections.update('nobody', { status: 'active' })).rejects.toMatchObject({
      code: 'connection.missing',
    });
  });

  it('remember when they were last heard from, and the first event', async () => {
    const connection = aConnection();
    await connections.insert(connection, someSecrets, anApiKey);
    const heard = async () => {
      const { lastHeardAt, firstHeardAt } = (await connections.get(connection.id)) as Connection;
      return { lastHeardAt, firstHeardAt };
    };
    await connections.touchHeard(connection.id, 1000, 'ping');
    expect(await heard()).toEqual({ lastHeardAt: 1000, firstHeardAt: null });
    await connections.touchHeard(connection.id, 3000, 'event');
    await connections.touchHeard(connection.id, 2000, 'event');
    expect(await heard()).toEqual({ lastHeardAt: 3000, firstHeardAt: 3000 });
    await connections.touchHeard(connection.id, 4000, 'ping');
    expect(await heard()).toEqual({ lastHeardAt: 4000, firstHeardAt: 3000 });
  });

  it('are registered by one at a time; the others wait, or are told', async () => {
    const { id } = aConnection();
    const order: string[] = [];
    let finish: () => void = () => undefined;
    const first = connections.withRegistrationLock(id, 10_000, async () => {
      order.push('first');
      await new Promise<void>((resolve) => (finish = resolve));
      order.push('first is done');
    });
    await until('the first holds the lock', () => order[0]);
    const impatient = connections.withRegistrationLock(id, 0, async () => 'never');
    await expect(impatient).rejects.toMatchObject({ code: 'conflict' });
    const second = connections.withRegistrationLock(id, 10_000, async () => void order.push('second'));
    await connections.withRegistrationLock('another', 0, async () => void order.push('another'));
    finish();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'another', 'first is done', 'second']);
    const broken = connections.withRegistrationLock(id, 0, () => Promise.reject(new Error('it broke')));
    await expect(broken).rejects.toThrow('it broke');
    await connections.withRegistrationLock(id, 10_000, async () => void order.push('third'));
    expect(order.at(-1)).toBe('third');
  });

  it('keep all of the changes that are made to their secrets at once', async () => {
    const connection = aConnection();
    await connections.insert(connection, { credentials: {}, signatureTokens: [] }, anApiKey);
    const add = (token: string) =>
      connections.changeSecrets(connection.id, (secrets) => ({
        ...secrets,
        signatureTokens: [token, ...secrets.signatureTokens],
      }));
    await Promise.all(['a', 'b', 'c', 'd'].map(add));
    const { signatureTokens } = await connections.secrets(connection.id);
    expect(signatureTokens.sort()).toEqual(['a', 'b', 'c', 'd']);
    const nobody = connections.changeSecrets('nobody', (secrets) => secrets);
    await expect(nobody).rejects.toMatchObject({ code: 'connection.missing' });
  });

  it('hold no secret in plain text', async () => {
    const connection = aConnection({ settings: { serviceUserEmail: 'ann@example.org' } });
    await connections.insert(connection, someSecrets, anApiKey);
    const rows = [
      await db.kysely.selectFrom('connections').selectAll().where('id', '=', connection.id).execute(),
      await db.kysely.selectFrom('grants').selectAll().where('connection_id', '=', connection.id).execute(),
    ].flat();
    const all = rows
      .flatMap((row) => Object.values(row))
      .map((v) => (Buffer.isBuffer(v) ? v.toString('latin1') : JSON.stringify(v)));
    expect(all.join(' ')).not.toMatch(/vendor-password|signature-token|lever-api-key|ann@example/);
  });

  it('are listed in pages, by vendor', async () => {
    for (let i = 0; i < 3; i += 1)
      await connections.insert(aConnection({ vendor: 'jobma', createdAt: 1000 }), someSecrets, null);
    const first = await connections.list({ vendor: 'jobma', limit: 2 });
    const second = await connections.list({ vendor: 'jobma', limit: 2, after: first.next as string });
    expect(new Set([...first.data, ...second.data].map(({ id }) => id)).size).toBe(3);
    expect(second.next).toBeNull();
  });
});

describe('grants', () => {
  const oauth = (n: number): LeverGrant => ({
    kind: 'oauth',
    refreshToken: `r${n}`,
    accessToken: `a${n}`,
    expiresAt: n,
  });

  it('are refreshed by one at a time, and each sees what the one before stored', async () => {
    const { id } = await inserted();
    await grants.write(id, oauth(0));
    const other = openTestPool(url);
    try {
      const both = [grants, createGrants(other, ring)];
      let inside = 0;
      await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          (both[i % 2] as typeof grants).withLocked(id, async (grant) => {
            expect((inside += 1)).toBe(1);
            await new Promise((resolve) => setImmediate(resolve));
            inside -= 1;
            return oauth(((grant as { expiresAt: number }).expiresAt ?? 0) + 1);
          }),
        ),
      );
      expect(await grants.read(id)).toEqual(oauth(12));
    } finally {
      await other.close();
    }
  });

  it('stay as they are when nothing is returned, or something is thrown', async () => {
    const { id } = await inserted();
    await grants.write(id, oauth(1));
    expect(await grants.withLocked(id, async () => null)).toBeNull();
    await expect(grants.withLocked(id, () => Promise.reject(new Error('invalid_grant')))).rejects.toThrow(
      'invalid_grant',
    );
    expect(await grants.read(id)).toEqual(oauth(1));
    await grants.remove(id);
    expect(await grants.read(id)).toBeNull();
  });

  it('do not wait for a lock for ever', async () => {
    const { id } = await inserted();
    await grants.write(id, oauth(1));
    const impatient = createGrants(db, ring, { lockTimeoutMs: 50 });
    await grants.withLocked(id, async () => {
      await expect(impatient.withLocked(id, async () => null)).rejects.toMatchObject({
        code: 'store.unavailable',
      });
      return null;
    });
  });

  async function inserted() {
    const connection = aConnection();
    await connections.insert(connection, someSecrets, null);
    return connection;
  }
});

describe('connection directory', () => {
  it('follows every change through NOTIFY, with secrets sealed until they are asked for', async () => {
    const directory = createConnectionDirectory({ connections, listenUrl: url, refreshMs: 3_600_000 });
    expect(directory.isWarm()).toBe(false);
    await directory.start();
    try {
      expect(directory.isWarm()).toBe(true);
      const connection = aConnection();
      await connections.insert(connection, someSecrets, null);
      const seen = await until('the new connection', () => directory.byKey(connection.key));
      expect(seen).toEqual(connection);
      expect(directory.secretsOf(connection.id)).toEqual(someSecrets);
      await connections.update(connection.id, { status: 'paused' });
      await until(
        'the pause',
        () => directory.byId(connection.id)?.status,
        (status) => status === 'paused',
      );
      await connections.setSecrets(connection.id, { ...someSecrets, signatureTokens: ['t2'] });
      await until(
        'the new secret',
        () => directory.secretsOf(connection.id).signatureTokens,
        ([token]) => token === 't2',
      );
      await db.kysely.deleteFrom('connections').where('id', '=', connection.id).execute();
      await until(
        'the deletion',
        () => directory.byId(connection.id),
        (found) => found === null,
      );
      expect(() => directory.secretsOf(connection.id)).toThrow('no connection with this id');
      expect(directory.all()).toEqual(expect.any(Array));
    } finally {
      await directory.stop();
    }
  });

  it('shows a change of this process as soon as its refresh is awaited', async () => {
    const directory = createConnectionDirectory({ connections, listenUrl: url });
    await directory.start();
    try {
      const connection = aConnection();
      // A read that began before the insert must not be what the second call waits for.
      const before = directory.refresh();
      await connections.insert(connection, someSecrets, null);
      await Promise.all([before, directory.refresh(), directory.refresh()]);
      expect(directory.byId(connection.id)).toEqual(connection);
    } finally {
      await directory.stop();
    }
  });
});

describe('audit', () => {
  it('tells who did what, newest first, in pages', async () => {
    const audit = createAudit(db, ring);
    for (const n of [1, 2, 3])
      await audit.append({ actor: 'op', action: 'connection.paused', target: 'con_a', detail: { n } });
    await audit.append({ actor: 'op', action: 'connection.paused', target: 'con_b' });
    const first = await audit.list({ target: 'con_a', limit: 2 });
    expect(first.data.map((line) => line.detail)).toEqual([{ n: 3 }, { n: 2 }]);
    const second = await audit.list({ target: 'con_a', limit: 2, after: first.next as string });
    expect(second.data.map((line) => line.detail)).toEqual([{ n: 1 }]);
    expect(second.next).toBeNull();
    expect((await audit.list({ actor: 'nobody', limit: 5 })).data).toEqual([]);
  });
});
