import { randomBytes } from 'node:crypto';
import { Client as PgClient } from 'pg';
import type { PresentedConnection } from '../../api/connections/present';
import { parseAssessmentWorkflowId } from '../../domain/ids';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startApiWorld } from './api-world';
import { type Sender, senders } from './senders';

/** What a flood leaves behind, in rows and bytes: of strangers, and of those who prove themselves. */

const rowLimits = {
  refused: { rows: 30, everyMs: 3_600_000_000 },
  refusedOfAddress: { rows: 10, everyMs: 3_600_000_000 },
  replayable: { rows: 12, everyMs: 3_600_000_000 },
  replayableOfAddress: { rows: 10, everyMs: 3_600_000_000 },
  noEffect: { rows: 20, everyMs: 3_600_000_000 },
  saidKiB: { rows: 1024, everyMs: 3_600_000_000 },
};
const world = useWorld(() => startApiWorld({ TRUST_PROXY: '1' }, { rowLimits }));
const named = (name: string): Sender => senders.find((sender) => sender.name === name) as Sender;

async function stored(connectionId: string): Promise<{ rows: number; bytes: number }> {
  const client = new PgClient({ connectionString: world.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ rows: string; bytes: string }>(
      `select count(*) as rows, coalesce(sum(pg_column_size(d.*)), 0) as bytes from deliveries d
       where connection_id = $1`,
      [connectionId],
    );
    return { rows: Number(rows[0]?.rows), bytes: Number(rows[0]?.bytes) };
  } finally {
    await client.end();
  }
}
const listed = async ({ id }: Pick<PresentedConnection, 'id'>, query = '') =>
  (await world.asOperator('get', `/deliveries?connection=${id}&limit=200&${query}`).expect(200)).body.data;
const tallied = ({ id }: Pick<PresentedConnection, 'id'>, verdict: string, expected: number) =>
  until(
    `${expected} are counted`,
    async () => {
      const { body } = await world.asOperator('get', `/deliveries/tallies?connection=${id}`).expect(200);
      const of = (body.data as { verdict: string; count: number }[]).filter((one) => one.verdict === verdict);
      return of.reduce((sum, { count }) => sum + count, 0);
    },
    (count) => count === expected,
  );
/** A few at a time, as many callers do. */
async function each(count: number, send: (number: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) await send((next += 1));
  };
  await Promise.all(Array.from({ length: 8 }, caller));
}

describe('strangers at a known address', () => {
  test('leave a few bare rows and a count, whatever they send', async () => {
    const connection = await world.connect();
    const path = world.webhookPath(connection);
    const padding = 'x'.repeat(200 * 1024);
    await each(100, async (number) => {
      const forged = world.delivery('candidateHired', { opportunityId: 'o', padding }, { signature: 'f' });
      const body = number % 2 === 0 ? forged : { padding };
      await world
        .asAnybody()
        .post(path)
        .send(body)
        .expect((answer) => expect([400, 401]).toContain(answer.status));
    });
    await tallied(connection, 'rejected', 90);
    const { rows, bytes } = await stored(connection.id);
    expect(rows).toBe(10);
    expect(bytes).toBeLessThan(10 * 1024);
  });

  test("so do a vendor's, at the address of a run", async () => {
    const { connection: change, send } = named('SMG');
    const connection = await world.connect(change);
    const path = `${new URL(String(connection.callbackUrl)).pathname}/1`;
    await each(60, () =>
      world
        .asAnybody()
        .post(path)
        .set('x-padding', 'y'.repeat(8_000))
        .set('content-type', `text/${'z'.repeat(4_000)}`)
        .send('x'.repeat(900 * 1024))
        .expect(401),
    );
    await tallied(connection, 'rejected', 50);
    const { rows, bytes } = await stored(connection.id);
    expect(rows).toBe(10);
    expect(bytes).toBeLessThan(10 * 1024);
    const workflowId = `assessment/smg/${connection.id}/o/e`;
    await world.client.workflow.start('assessment', { workflowId, taskQueue: 'nobody', args: [] });
    expect((await send(world, connection, { word: 'good', workflowId })).status).toBe(200);
    expect(await listed(connection, 'verdict=signalled')).toHaveLength(1);
  });

  test('have the rows of one with all the addresses of an IPv6 network', async () => {
    const connection = await world.connect();
    const paths = [world.webhookPath(connection), new URL(String(connection.callbackUrl)).pathname];
    for (const path of paths) {
      await each(25, (number) =>
        world
          .asAnybody()
          .post(path)
          .set('x-forwarded-for', `2001:db8:1:2::${number.toString(16)}`)
          .send({ a: number })
          .expect((answer) => expect([400, 401]).toContain(answer.status)),
      );
    }
    await tallied(connection, 'rejected', 30);
    expect((await stored(connection.id)).rows).toBe(20);
  });

  test('at addresses that nobody has, all together have the rows of one', async () => {
    await each(40, (number) =>
      world.asAnybody().post(`/webhooks/lever/guess-${number}`).send({ a: 1 }).expect(404),
    );
    const unknown = { id: 'unknown' };
    await tallied(unknown, 'rejected', 30);
    const { rows, bytes } = await stored('unknown');
    expect(rows).toBe(10);
    expect(bytes).toBeLessThan(5 * 1024);
  });
});

describe('what is refused for a wrong signing token', () => {
  const opportunities = (opportunityId: string, more = {}) =>
    world.delivery('candidateStageChange', { opportunityId, toStageId: 'stage-assessment', ...more });

  test("is kept whole where it is as short as Lever's are, and replayed once the token is right", async () => {
    const connection = await world.connect();
    const path = world.webhookPath(connection);
    const send = async (delivery: Record<string, unknown>) => {
      const signature = world.sign('the token of tomorrow', delivery);
      await world
        .asAnybody()
        .post(path)
        .send({ ...delivery, signature })
        .expect(401);
      const [newest] = await listed(connection, 'verdict=rejected');
      return (await world.asOperator('get', `/deliveries/${newest.id}`).expect(200)).body;
    };
    const long = await send(opportunities('opp-long', { note: 'x'.repeat(17 * 1024) }));
    expect(long.body).toBeNull();
    const short = await send(opportunities('opp-short', { note: 'x'.repeat(15 * 1024) }));
    expect(short.body).toContain('opp-short');
    await world
      .asOperator('patch', `/connections/${connection.id}`)
      .send({ lever: { signatureToken: 'the token of tomorrow' } })
      .expect(200);
    const { body } = await world.asOperator('post', `/deliveries/${short.id}/replay`).expect(200);
    expect(body.verdict).toBe('started');
    const notKept = await world.asOperator('post', `/deliveries/${long.id}/replay`).expect(409);
    expect(notKept.body.detail).toBe(
      'The message itself is not kept. Have it sent again, e.g. by Rerun in Lever.',
    );
  });

  test('has one row however often Lever tries, beside the rows of strangers, and all of it can be replayed', async () => {
    const connection = await world.connect();
    const path = world.webhookPath(connection);
    // A stranger from Lever's own address has used up what is there for anything else.
    await each(15, () => world.asAnybody().post(path).send({ anything: 'else' }).expect(400));
    const deliveries = Array.from({ length: 8 }, (_, index) => opportunities(`opp-tried-${index}`));
    for (let attempt = 0; attempt < 6; attempt += 1) {
      for (const delivery of deliveries) {
        const signature = world.sign('the token of tomorrow', delivery);
        await world
          .asAnybody()
          .post(path)
          .send({ ...delivery, signature })
          .expect(401);
      }
    }
    await tallied(connection, 'rejected', 5 + 8 * 5);
    const kept: { id: string; reason: string }[] = await listed(connection, 'verdict=rejected');
    const toReplay = kept.filter(({ reason }) => reason === 'auth.signature');
    expect(toReplay).toHaveLength(8);
    await world
      .asOperator('patch', `/connections/${connection.id}`)
      .send({ lever: { signatureToken: 'the token of tomorrow' } })
      .expect(200);
    for (const { id } of toReplay) {
      const { body } = await world.asOperator('post', `/deliveries/${id}/replay`).expect(200);
      expect(body.verdict).toBe('started');
    }
  });

  test('is bounded in rows and bytes, whoever makes it up', async () => {
    const connection = await world.connect();
    const forge = (number: number, padding: number) =>
      world
        .asAnybody()
        .post(world.webhookPath(connection))
        .set('x-forwarded-for', `198.51.${number}.1`)
        .send({ ...opportunities(`opp-${number}`, { note: 'x'.repeat(padding) }), signature: 'forged' })
        .expect(401);
    await each(30, (number) => forge(number, 5 * 1024));
    await tallied(connection, 'rejected', 26);
    const { rows, bytes } = await stored(connection.id);
    expect(rows).toBe(4);
    expect(bytes).toBeLessThan(30 * 1024);
  });

  test("is not kept where it is not shaped like Lever's", async () => {
    const connection = await world.connect();
    await world.asAnybody().post(world.webhookPath(connection)).send({ anything: 'else' }).expect(400);
    const [refused] = await listed(connection, 'verdict=rejected');
    const { body } = await world.asOperator('get', `/deliveries/${refused.id}`).expect(200);
    expect(body).toMatchObject({ reason: 'input.malformed', body: null });
  });
});

test('proven messages that come to nothing are each acknowledged, and most of them only counted', async () => {
  const sender = named('Lever');
  const connection = await world.connect();
  await each(100, async (number) => {
    const said = { word: `idle-${number}`, workflowId: null, isIdle: true };
    expect((await sender.send(world, connection, said)).status).toBe(200);
  });
  await tallied(connection, 'ignored', 80);
  // A message from which something follows has its row, however many came before it.
  for (const word of ['opp-a', 'opp-b']) {
    expect((await sender.send(world, connection, { word, workflowId: null })).body.verdict).toBe('started');
  }
  expect(await listed(connection, 'verdict=started')).toHaveLength(2);
  expect((await stored(connection.id)).rows).toBe(22);
});

test('of long proven messages each has its answer and its row, and few keep what they say', async () => {
  const sender = named('standard');
  const connection = await world.connect(sender.connection);
  const workflowId = `assessment/standard/${connection.id}/o/e`;
  await world.client.workflow.start('assessment', { workflowId, taskQueue: 'nobody', args: [] });
  const send = (word: string, of: string) =>
    sender.send(world, connection, {
      word,
      workflowId: of,
      more: { unknown_field: randomBytes(90_000).toString('hex') },
    });
  await each(20, async (number) => expect((await send(`news-${number}`, workflowId)).status).toBe(200));
  await each(15, async (number) =>
    expect((await send(`idle-${number}`, `${workflowId}/gone`)).status).toBe(200),
  );
  await each(5, async () => expect((await send('news-1', workflowId)).status).toBe(200));
  expect(await listed(connection, 'verdict=signalled')).toHaveLength(20);
  await tallied(connection, 'duplicate', 5);
  const { bytes } = await stored(connection.id);
  expect(bytes).toBeGreaterThan(180_000);
  expect(bytes).toBeLessThan(1024 * 1024 + 30_000);
});

describe('words of any length', () => {
  test('a session and an event of 200 signs outside ASCII start a run like any other', async () => {
    const sender = named('Upwage');
    const connection = await world.connect(sender.connection);
    const said = { word: '€'.repeat(200), workflowId: null };
    expect((await sender.send(world, connection, said)).status).toBe(202);
    const [started] = await listed(connection, 'verdict=started');
    expect(started).toMatchObject({ reference: said.word, eventKey: said.word });
    expect(started.workflowId.length).toBeLessThanOrEqual(1_000);
    expect(parseAssessmentWorkflowId(started.workflowId)).toMatchObject({
      vendor: 'upwage',
      connectionId: connection.id,
    });
    await world.client.workflow.getHandle(started.workflowId).describe();
    expect((await sender.send(world, connection, said)).status).toBe(200);
  });

  test('an event whose name is too long to be one is known by what it says, and again at its repeat', async () => {
    const sender = named('Serand');
    const connection = await world.connect(sender.connection);
    const workflowId = `assessment/serand/${connection.id}/o/e`;
    await world.client.workflow.start('assessment', { workflowId, taskQueue: 'nobody', args: [] });
    const word = Array.from({ length: 3_000 }, (_, index) => index).join(' ');
    for (let time = 0; time < 2; time += 1) {
      expect((await sender.send(world, connection, { word, workflowId })).status).toBe(200);
    }
    const kept: { verdict: string; eventKey: string }[] = await listed(connection);
    expect(kept.map(({ verdict }) => verdict)).toEqual(['duplicate', 'signalled']);
    expect(kept[0]?.eventKey).toMatch(/^[0-9a-f]{64}$/);
    expect(kept[1]?.eventKey).toBe(kept[0]?.eventKey);
  });

  test('90,000 unknown fields of one update are taken with fifty warnings', async () => {
    const sender = named('standard');
    const connection = await world.connect(sender.connection);
    const odd = Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`f${index}`, 0]));
    const workflowId = `assessment/standard/${connection.id}/o/e`;
    await world.client.workflow.start('assessment', { workflowId, taskQueue: 'nobody', args: [] });
    const answer = await sender.send(world, connection, { word: 'odd', workflowId, more: odd });
    expect(answer.status).toBe(200);
    expect(answer.body.warnings).toHaveLength(50);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(10_000);
    expect(await listed(connection, 'verdict=signalled')).toHaveLength(1);
  });
});
