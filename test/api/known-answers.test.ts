import { Client as PgClient } from 'pg';
import type { PresentedConnection } from '../../api/connections/present';
import { mostUnmatched } from '../../db/delivery-queue';
import { EncryptionCodec } from '../../platform/temporal/codec';
import { taskQueues, workflowTypes } from '../../workflows/names';
import { startTcpProxy } from '../helpers/tcp-proxy';
import { temporalAddress } from '../helpers/temporal';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startApiWorld } from './api-world';
import { type Said, senders } from './senders';

/**
 * Whatever limit the hub has come to, whoever proves itself hears that its message is taken, in the one way that it knows,
 * and the message is kept. SMG drops a callback for ever on any other answer, Lever tries five times.
 */

const rowLimits = {
  refused: { rows: 6, everyMs: 3_600_000_000 },
  refusedOfAddress: { rows: 3, everyMs: 3_600_000_000 },
  replayable: { rows: 6, everyMs: 3_600_000_000 },
  replayableOfAddress: { rows: 3, everyMs: 3_600_000_000 },
  noEffect: { rows: 2, everyMs: 3_600_000_000 },
};
const world = useWorld(async () => {
  const [host = '', port] = temporalAddress().split(':');
  const wire = await startTcpProxy({ host, port: Number(port) });
  const started = await startApiWorld(
    { TEMPORAL_ADDRESS: `127.0.0.1:${wire.port}`, TEMPORAL_TIMEOUT: '5s' },
    { rowLimits },
  );
  return {
    ...started,
    wire,
    stop: async () => {
      await started.stop();
      await wire.stop();
    },
  };
});

/** Longer than the lines for people beside it: those that the server takes in a limit of their own. */
const shortestInput = 250;
/** Makes what is said to a run larger than the server takes it, which it calls invalid; but not the whole request. */
function inflateInputs(): jest.SpyInstance {
  const encode = EncryptionCodec.prototype.encode;
  return jest.spyOn(EncryptionCodec.prototype, 'encode').mockImplementation(async function (
    this: EncryptionCodec,
    payloads,
  ) {
    const sealed = await encode.call(this, payloads);
    return sealed.map((payload, index) =>
      (payloads[index]?.data?.length ?? 0) < shortestInput
        ? payload
        : { ...payload, data: Buffer.alloc(2.5 * 1024 * 1024) },
    );
  });
}

/** As many callbacks that name unknown runs as are kept, and older than any that comes. */
async function fillUnmatched({ id, vendor }: PresentedConnection): Promise<void> {
  const client = new PgClient({ connectionString: world.databaseUrl });
  await client.connect();
  try {
    await client.query(
      `insert into deliveries (id, source, connection_id, event_key, event, received_at, verdict, reference)
       select $1 || n, $2, $1, n, 'completed', now() - interval '1 hour', 'unmatched', 'nobody-' || n
       from generate_series(1, ${mostUnmatched}) as n`,
      [id, vendor],
    );
  } finally {
    await client.end();
  }
}

describe.each(senders)('$name', (sender) => {
  const { taken, takenAgain = taken, isNewsEachTime = false } = sender;
  let connection: PresentedConnection;
  beforeAll(async () => {
    connection = await world.connect(sender.connection);
  });

  const send = (said: Said) => sender.send(world, connection, said);
  const listed = async (query: string): Promise<{ id: string; verdict: string; reason: string | null }[]> =>
    (await world.asOperator('get', `/deliveries?connection=${connection.id}&limit=200&${query}`).expect(200))
      .body.data;
  /** What is counted in memory is written within a second. */
  const countedAs = async (verdict: string): Promise<number> => {
    const { body } = await world
      .asOperator('get', `/deliveries/tallies?connection=${connection.id}`)
      .expect(200);
    return body.data.find((tally: { verdict: string }) => tally.verdict === verdict)?.count ?? 0;
  };

  const tallied = (verdict: string, expected: number): Promise<number> =>
    until(
      `${expected} ${verdict} without a row`,
      () => countedAs(verdict),
      (count) => count === expected,
    );

  /** A run that is open at Temporal, where the message needs one. */
  async function openRun(word: string): Promise<string | null> {
    if (sender.startsRuns) return null;
    const workflowId = `assessment/${connection.vendor}/${connection.id}/${word}/e`;
    await world.client.workflow.start(workflowTypes.assessment, {
      workflowId,
      taskQueue: taskQueues.assessments,
      args: [],
    });
    return workflowId;
  }

  test(`${taken} to news and ${takenAgain} to their repeat`, async () => {
    const said = { word: 'first', workflowId: await openRun('first') };
    expect((await send(said)).status).toBe(taken);
    expect((await send(said)).status).toBe(isNewsEachTime ? taken : takenAgain);
    const verdict = sender.startsRuns ? 'started' : 'signalled';
    expect(await listed(`verdict=${verdict}`)).toHaveLength(isNewsEachTime ? 2 : 1);
  });

  test(`${taken} to what Temporal refuses, which is held`, async () => {
    const workflowId = await openRun('poison');
    const inflated = inflateInputs();
    const { status } = await send({ word: 'poison', workflowId });
    inflated.mockRestore();
    expect(status).toBe(taken);
    expect(await listed('verdict=held')).toMatchObject([
      { reasonCode: 'unprocessable', reason: expect.stringContaining('temporal.refused') },
    ]);
  });

  test(`${taken} while Temporal is away, and it goes on afterwards`, async () => {
    const workflowId = await openRun('outage');
    await world.wire.cut();
    const { status } = await send({ word: 'outage', workflowId });
    const waiting = await listed('verdict=pending');
    await world.wire.mend();
    expect(status).toBe(taken);
    expect(waiting).toHaveLength(1);
    const delivered = await until(
      'what waited is delivered',
      async () => (await world.asOperator('get', `/deliveries/${waiting[0]?.id}`)).body,
      ({ verdict }) => verdict !== 'pending',
    );
    expect(delivered.verdict).toBe(sender.startsRuns ? 'started' : 'signalled');
  });

  test('refuses strangers, of whom few have a row, and takes what is proven beside them', async () => {
    const before = (await listed('verdict=rejected')).length;
    const workflowId = await openRun('beside');
    for (let n = 0; n < 8; n += 1) {
      expect((await send({ word: `stranger-${n}`, workflowId, isForged: true })).status).toBe(401);
    }
    expect((await send({ word: 'beside', workflowId })).status).toBe(taken);
    const rejected = (await listed('verdict=rejected')).length - before;
    expect(rejected).toBe(rowLimits.refusedOfAddress.rows);
    const verdict = sender.startsRuns ? 'started' : 'signalled';
    const proven = await listed(`verdict=${verdict}`);
    expect(proven.length).toBeGreaterThan(0);
    await tallied('rejected', 8 - rejected);
  });

  test(`${taken} to however much that comes to nothing, and to news and their repeat behind it`, async () => {
    const workflowId = sender.startsRuns ? null : `assessment/${connection.vendor}/gone/gone/gone`;
    for (let n = 0; n < 8; n += 1) {
      expect((await send({ word: `idle-${n}`, workflowId, isIdle: true })).status).toBe(taken);
    }
    // The repeat of the first test had one of the two rows, where it was known as one.
    const kept = [...(await listed('verdict=ignored')), ...(await listed('verdict=duplicate'))];
    expect(kept).toHaveLength(rowLimits.noEffect.rows);

    const said = { word: 'behind', workflowId: await openRun('behind') };
    expect((await send(said)).status).toBe(taken);
    expect((await send(said)).status).toBe(isNewsEachTime ? taken : takenAgain);
    const ignored = (await listed('verdict=ignored')).length;
    await tallied('ignored', 8 - ignored);
    await tallied('duplicate', isNewsEachTime ? 0 : 1);
  });

  if (!sender.namesRuns) return;
  test(`${taken} to callbacks of unknown runs beyond those that are kept`, async () => {
    await fillUnmatched(connection);
    expect((await send({ word: 'unknown', workflowId: null })).status).toBe(taken);
    // The oldest has gone.
    await tallied('unmatched', 1);
    const [newest] = await listed('verdict=unmatched');
    expect(newest?.id).toMatch(/^dlv_/);
  });
});
