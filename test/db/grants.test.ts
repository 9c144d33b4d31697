import { sql } from 'kysely';
import { createConnectionDirectory } from '../../db/connection-directory';
import type { Database } from '../../db/database';
import { createConnections } from '../../db/repositories/connections';
import { createGrants } from '../../db/repositories/grants';
import { createRefusedAccess } from '../../db/repositories/refused-access';
import type { Connection, LeverGrant } from '../../domain/connection';
import { reasonOf } from '../../domain/connection-reasons';
import { openTestDatabase } from '../helpers/database';
import { aConnection, anApiKey, someSecrets } from '../helpers/domain';
import { testRing } from '../helpers/keys';
import { until } from '../helpers/until';

const ring = testRing();
let db: Database;
let url: string;
let close: () => Promise<void>;
let connections: ReturnType<typeof createConnections>;
let grants: ReturnType<typeof createGrants>;
let access: ReturnType<typeof createRefusedAccess>;

beforeAll(async () => {
  ({ db, url, close } = await openTestDatabase());
  connections = createConnections(db, ring);
  grants = createGrants(db, ring);
  access = createRefusedAccess(db);
});
afterAll(() => close());

const oauth = (refreshToken: string): LeverGrant => ({
  kind: 'oauth',
  refreshToken,
  accessToken: null,
  expiresAt: null,
});

async function connected(
  grant: LeverGrant | null = oauth('r0'),
  change: Partial<Connection> = {},
): Promise<string> {
  const connection = aConnection({ status: 'active', ...change });
  await connections.insert(connection, someSecrets, grant);
  return connection.id;
}

const lifeOf = async (id: string) => (await grants.lives([id])).get(id);

/** As if everything about the grant had happened that long ago. */
const age = (id: string, grantedAt: number, refreshedAt: number) =>
  db.kysely
    .updateTable('grants')
    .set({ granted_at: new Date(grantedAt), refreshed_at: new Date(refreshedAt) })
    .where('connection_id', '=', id)
    .execute();

describe('the times of a grant', () => {
  it('begin with the consent; a refresh keeps that time, a new consent sets it anew', async () => {
    const before = Date.now();
    const id = await connected();
    const given = await lifeOf(id);
    expect(given).toEqual({
      kind: 'oauth',
      grantedAt: expect.any(Number) as number,
      refreshedAt: given?.grantedAt,
    });
    expect(given?.grantedAt).toBeGreaterThanOrEqual(before);

    await age(id, 1_000, 2_000);
    await grants.withLocked(id, async () => null);
    expect(await lifeOf(id)).toEqual({ kind: 'oauth', grantedAt: 1_000, refreshedAt: 2_000 });
    await grants.withLocked(id, async () => oauth('r1'));
    const refreshed = await lifeOf(id);
    expect(refreshed?.grantedAt).toBe(1_000);
    expect(refreshed?.refreshedAt).toBeGreaterThanOrEqual(before);

    await grants.write(id, oauth('r2'));
    expect((await lifeOf(id))?.grantedAt).toBeGreaterThanOrEqual(before);
  });

  it('come back with a grant that is put back', async () => {
    const id = await connected();
    await age(id, 1_000, 2_000);
    const before = await grants.replace(id, anApiKey);
    expect(await grants.read(id)).toEqual(anApiKey);
    expect((await lifeOf(id))?.kind).toBe('apiKey');
    if (before === null) throw new Error('there was one');
    await grants.restore(id, before);
    expect(await grants.read(id)).toEqual(oauth('r0'));
    expect(await lifeOf(id)).toEqual({ kind: 'oauth', grantedAt: 1_000, refreshedAt: 2_000 });
    expect(await grants.replace(await connected(null), oauth('first'))).toBeNull();
  });
});

/** Sessions of this database that somebody else's lock keeps waiting. */
async function waitingForLocks(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(db.kysely);
  return rows[0]?.count ?? 0;
}

describe('a locked grant', () => {
  it('is not brought back by a refresh when it was removed', async () => {
    const id = await connected(null);
    await grants.withLocked(id, async () => oauth('r1'));
    expect(await grants.read(id)).toBeNull();
  });

  it('is waited for by a new consent, which then stands', async () => {
    const id = await connected();
    let replaced: Promise<unknown> = Promise.resolve();
    await grants.withLocked(id, async () => {
      replaced = grants.replace(id, oauth('consent'));
      await until('the consent waits', waitingForLocks, (count) => count === 1);
      return oauth('refreshed');
    });
    expect(await replaced).toMatchObject({ grant: oauth('refreshed') });
    expect(await grants.read(id)).toEqual(oauth('consent'));
  });

  it('is let go when the process that holds it has frozen', async () => {
    const id = await connected();
    const impatient = createGrants(db, ring, { lockTimeoutMs: 300 });
    let thaw = (): void => undefined;
    let holds = (): void => undefined;
    const held = new Promise<void>((resolve) => (holds = resolve));
    const frozen = impatient.withLocked(id, async () => {
      holds();
      await new Promise<void>((resolve) => (thaw = resolve));
      return oauth('too late');
    });
    const refused = expect(frozen).rejects.toMatchObject({ code: 'db.unavailable' });
    await held;
    await expect(impatient.withLocked(id, async () => null)).rejects.toMatchObject({
      code: 'store.unavailable',
    });
    // It is held for twice the time that others wait.
    const tried = (): Promise<unknown> =>
      impatient.withLocked(id, async () => null).catch((error: unknown) => error);
    await until('somebody else gets it', tried, (outcome) => outcome === null);
    thaw();
    await refused;
    expect(await grants.read(id)).toEqual(oauth('r0'));
  });
});

describe('ageing grants', () => {
  it('are those of connections in use that are old in one way or the other, in pages', async () => {
    const [quiet, ending, young, paused, disconnected, disabled, key] = await Promise.all([
      connected(oauth('q'), { leverAccountId: 'acc' }),
      connected(),
      connected(),
      connected(oauth('p'), { status: 'paused' }),
      connected(oauth('d'), { status: 'disconnected' }),
      connected(oauth('x'), { status: 'disabled' }),
      connected(anApiKey),
    ]);
    await age(quiet, 5_000, 5_000);
    await age(ending, 1_000, 50_000);
    await age(young, 50_000, 50_000);
    for (const id of [paused, disconnected, disabled, key]) await age(id, 1_000, 1_000);

    const all = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof grants.ageing>> = await grants.ageing({
        refreshedBefore: 10_000,
        grantedBefore: 2_000,
        after,
        limit: 2,
      });
      expect(page.data.length).toBeLessThanOrEqual(2);
      all.push(...page.data);
      after = page.next;
    } while (after !== null);
    const mine = [quiet, ending, young, paused, disconnected, disabled, key];
    const found = all.filter(({ connectionId }) => mine.includes(connectionId));
    expect(found.map(({ connectionId }) => connectionId)).toEqual([quiet, ending, paused].sort());
    expect(found.find(({ connectionId }) => connectionId === quiet)).toEqual({
      connectionId: quiet,
      leverAccountId: 'acc',
      kind: 'oauth',
      grantedAt: 5_000,
      refreshedAt: 5_000,
    });
  });
});

describe('calling a connection disconnected', () => {
  const refusal = { reason: reasonOf('access_refused'), isFinal: true };

  it('gives the reason, once', async () => {
    const id = await connected();
    await age(id, 1_000, 1_000);
    expect(await access.disconnect(id, { ...refusal, triedAt: Date.now() })).toBe('disconnected');
    expect(await connections.get(id)).toMatchObject({ status: 'disconnected', statusReason: refusal.reason });
    expect(
      await access.disconnect(id, { ...refusal, reason: reasonOf('access_doubted'), triedAt: Date.now() }),
    ).toBe('unchanged');
    expect((await connections.get(id))?.statusReason).toEqual(refusal.reason);
  });

  it('is not done for a grant that was replaced since', async () => {
    const id = await connected();
    expect(await access.disconnect(id, { ...refusal, triedAt: Date.now() - 60_000 })).toBe('renewed');
    expect((await connections.get(id))?.status).toBe('active');
  });

  it('leaves a disabled connection disabled', async () => {
    const id = await connected(null, { status: 'disabled' });
    expect(await access.disconnect(id, { ...refusal, triedAt: Date.now() })).toBe('unchanged');
    expect((await connections.get(id))?.status).toBe('disabled');
  });
});

it('each process is told of a connection that was disabled, and can drop what it remembers', async () => {
  const id = await connected();
  const seen: string[] = [];
  const directory = createConnectionDirectory({
    connections,
    listenUrl: url,
    read: (all) => void seen.push(all.find((each) => each.id === id)?.status ?? 'unknown'),
  });
  await directory.start();
  try {
    await connections.update(id, { status: 'disabled' });
    await until(
      'it is told',
      () => seen,
      (all) => all.at(-1) === 'disabled',
    );
    expect(seen[0]).toBe('active');
  } finally {
    await directory.stop();
  }
});
