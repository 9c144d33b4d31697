import request from 'supertest';
import type { Database } from '../../db/database';
import { createConnectLinks } from '../../db/repositories/connect-links';
import { createConnections } from '../../db/repositories/connections';
import { createGrants } from '../../db/repositories/grants';
import type { LeverGrant } from '../../domain/connection';
import { openTestDatabase } from '../helpers/database';
import { aConnection, someSecrets } from '../helpers/domain';
import { testRing } from '../helpers/keys';
import { useWorld } from '../helpers/use-world';
import { smgConnection, startApiWorld } from './api-world';

describe('connect links of the api', () => {
  const world = useWorld(() =>
    startApiWorld({
      SMG_LEVER_CLIENT_ID: 'the-client',
      SMG_LEVER_CLIENT_SECRET: 'the-client-secret',
    }),
  );

  const { lever: _lever, ...wanted } = smgConnection();
  const make = (change: object = {}) =>
    world.asOperator('post', '/connect-links').send({ ...wanted, ...change });
  const remove = (id: string): request.Test =>
    request(world.api.url)
      .delete(`/api/v1/connect-links/${id}`)
      .set('Authorization', `Bearer ${world.operatorToken}`);

  test('a link is answered once with its address, lasts 7 days, and shows no secret', async () => {
    const before = Date.now();
    const { body } = await make({ referenceCode: 'ACME2031' }).expect(201);
    expect(body).toMatchObject({
      vendor: 'smg',
      customer: 'Acme',
      environment: 'production',
      connectionId: null,
      state: 'open',
      hasReferenceCode: true,
      usedAt: null,
      url: expect.stringMatching(/^https:\/\/hub\.example\/connect\/link\/[\w-]{43}$/),
      referenceUrl: 'https://hub.example/connect/smg',
    });
    const days = (Date.parse(body.expiresAt) - before) / 86_400_000;
    expect(days).toBeCloseTo(7, 2);
    const { url: _url, referenceUrl: _referenceUrl, ...listed } = body;
    const list = await world.asOperator('get', '/connect-links').expect(200);
    expect(list.body.data[0]).toEqual(listed);
    expect(JSON.stringify(list.body)).not.toMatch(/pop-password|ACME2031|connect\/link/);

    await make({ referenceCode: 'ACME2031' }).expect(409);
    await remove(body.id).expect(204);
    await remove(body.id).expect(404);
    await make({ referenceCode: 'ACME2031' }).expect(201);
  });

  test('what could never become a connection is refused when the link is made', async () => {
    const wrong = await make({ credentials: { username: 'acme' }, settings: { colour: 1 } }).expect(422);
    expect(wrong.body.detail).toMatch(/body\.settings.*colour.*body\.credentials\.password/);
    const code = await make({ referenceCode: 'short' }).expect(422);
    expect(code.body.detail).toMatch(/6 to 12 capital letters and digits/);
    await make({ lever: { apiKey: 'x' } }).expect(400);
    await make({ vendor: 'jobma' }).expect(422);
  });

  test('a vendor without an OAuth app at Lever is refused, naming the variables', async () => {
    const answer = await make({ environment: 'sandbox' }).expect(422);
    expect(answer.body.code).toBe('connection.misconfigured');
    expect(answer.body.detail).toMatch(/SMG_SANDBOX_LEVER_CLIENT_ID and SMG_SANDBOX_LEVER_CLIENT_SECRET/);
  });

  test('a link for an existing connection, and only for one', async () => {
    const connection = await world.connect();
    const path = `/connections/${connection.id}/connect-link`;
    const { body } = await world.asOperator('post', path).expect(201);
    expect(body).toMatchObject({ connectionId: connection.id, customer: 'Acme', referenceUrl: null });
    await world.asOperator('post', '/connections/con_nobody/connect-link').expect(404);
    await world.asAnybody().post(`/api/v1${path}`).expect(401);
    await world.asOperator('patch', '/connect-links').expect(405);
  });

  test('the cookie of a hub with https goes over https alone', async () => {
    const { body } = await make().expect(201);
    const page = await world.asAnybody().get(new URL(body.url).pathname).expect(200);
    const ticket = /name="ticket" value="([^"]+)"/.exec(page.text)?.[1];
    const gone = await world
      .asAnybody()
      .post('/connect/continue')
      .set('Origin', 'https://hub.example')
      .type('form')
      .send({ ticket })
      .expect(303);
    expect(gone.headers['location']).toMatch(/^https:\/\/auth\.lever\.co\/authorize\?client_id=the-client&/);
    expect(gone.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
    expect(gone.headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-fulcrum_lnk_\w+=[\w-]{43}; Max-Age=1800; Path=\/; /),
    ]);
  });

  test('what a customer is called is text on the page, whatever stands in it', async () => {
    const { body } = await make({ customer: `<img src=x onerror="alert(1)"> & 'Sons'` }).expect(201);
    const page = await world.asAnybody().get(new URL(body.url).pathname).expect(200);
    expect(page.text).toContain('&lt;img src=x onerror=');
    expect(page.text).not.toContain('<img');
    const typed = await world
      .asAnybody()
      .post('/connect/smg')
      .set('Origin', 'https://hub.example')
      .type('form')
      .send({ reference: '"><script>alert(1)</script>' })
      .expect(422);
    expect(typed.text).toContain('&lt;scrip');
    expect(typed.text).not.toMatch(/<script|"><s/);
  });
});

describe('connect links in the database', () => {
  const ring = testRing();
  let db: Database;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ db, close } = await openTestDatabase());
  });
  afterAll(() => close());

  const grant: LeverGrant = { kind: 'oauth', refreshToken: 'r', accessToken: 'a', expiresAt: 1 };
  let count = 0;
  const insert = async (patch: object = {}): Promise<string> => {
    count += 1;
    const id = `lnk_${count}`;
    const now = Date.now();
    await createConnectLinks(db, ring).insert({
      link: {
        id,
        vendor: 'smg',
        customer: 'Acme',
        environment: 'production',
        connectionId: null,
        createdAt: now + count,
        expiresAt: now + 60_000,
        ...patch,
      },
      tokenDigest: `token-${count}`,
      referenceDigest: 'the-code',
      given: { credentials: { password: 'x' }, settings: {} },
    });
    return id;
  };
  const redeem = (id: string, leverAccountId: string | null) =>
    createConnectLinks(db, ring).redeem(id, {
      made: { connection: aConnection(), secrets: someSecrets },
      grant,
      leverAccountId,
    });

  test('unused ones come first, page by page; a used one forgets code and credentials', async () => {
    const links = createConnectLinks(db, ring);
    const ids: string[] = [];
    for (const leverAccountId of ['one', 'two', 'three']) {
      const id = await insert();
      ids.push(id);
      await expect(insert()).rejects.toMatchObject({ code: 'conflict' });
      expect((await links.byReference('smg', ['another-code', 'the-code']))?.id).toBe(id);
      if (leverAccountId !== 'two') expect(await redeem(id, leverAccountId)).toBe('done');
      else await links.remove(id);
    }
    const open = await insert();
    expect(await links.given(ids[0] ?? '')).toEqual({ credentials: {}, settings: {} });

    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await links.list({ limit: 1, ...(after !== undefined && { after }) });
      seen.push(...page.data.map(({ id }) => id));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual([open, ids[2], ids[0]]);
    await links.remove(open);
  });

  test('an expired link gives its code free, and is forgotten after a week', async () => {
    const links = createConnectLinks(db, ring);
    const expired = await insert({ expiresAt: Date.now() - 1_000 });
    const old = await insert({ expiresAt: Date.now() - 8 * 86_400_000 });
    const next = await insert();
    expect(await links.get(expired)).toMatchObject({ hasReferenceCode: false });
    expect(await links.get(old)).toBeNull();
    await links.remove(next);
  });

  test('of many consents at once for one account exactly one is stored', async () => {
    const ids = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const id = `lnk_parallel_${index}`;
        await db.kysely
          .insertInto('connect_links')
          .values({
            id,
            token_digest: id,
            reference_digest: null,
            vendor: 'smg',
            customer: 'Acme',
            environment: 'production',
            connection_id: null,
            given_sealed: Buffer.alloc(1),
            expires_at: new Date(Date.now() + 60_000),
            used_at: null,
          })
          .execute();
        return id;
      }),
    );
    const results = await Promise.all([...ids, ...ids].map((id) => redeem(id, 'the-same-account')));
    expect(results.filter((result) => result === 'done')).toHaveLength(1);
    expect(new Set(results)).toEqual(new Set(['done', 'used', 'twin']));
    const { data } = await createConnections(db, ring).list({ limit: 50 });
    const made = data.filter(({ leverAccountId }) => leverAccountId === 'the-same-account');
    expect(made).toHaveLength(1);
    expect(await createGrants(db, ring).read(made[0]?.id ?? '')).toEqual(grant);
  });

  test('a consent that cannot be stored leaves the link unused', async () => {
    const id = await insert();
    const taken = aConnection();
    await createConnections(db, ring).insert(taken, someSecrets, null);
    const redemption = { made: { connection: taken, secrets: someSecrets }, grant, leverAccountId: 'other' };
    const links = createConnectLinks(db, ring);
    await expect(links.redeem(id, redemption)).rejects.toMatchObject({ code: 'conflict' });
    expect(await links.get(id)).toMatchObject({ usedAt: null });
  });
});
