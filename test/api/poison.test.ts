import { Client } from '@temporalio/client';
import { isBrokenCircuitError } from 'cockatiel';
import type { PresentedConnection } from '../../api/connections/present';
import { createRunGateway } from '../../api/runs/gateway';
import { createDeliveries } from '../../db/repositories/deliveries';
import type { FulcrumError } from '../../domain/errors';
import { assessmentIdOf } from '../../platform/crypto/assessment-id';
import { sealRunKey } from '../../platform/crypto/callback-key';
import { createLogger } from '../../platform/log';
import { createBreaker } from '../../platform/temporal/breaker';
import { searchAttributes } from '../../workflows/search-attributes';
import { openTestPool } from '../helpers/database';
import { aConnection, aNote } from '../helpers/domain';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startApiWorld } from './api-world';

/** One message that Temporal will never take, and a Temporal that takes none for now, told apart. */

const world = useWorld(startApiWorld);
let connection: PresentedConnection;
beforeAll(async () => {
  connection = await world.connect();
});

const stageChange = (opportunityId: string) =>
  world.delivery('candidateStageChange', { opportunityId, toStageId: 'stage-assessment' });
const post = (delivery: Record<string, unknown>) =>
  world.asAnybody().post(world.webhookPath(connection)).send(delivery).expect(200);
const listed = async (query: string) =>
  (await world.asOperator('get', `/deliveries?connection=${connection.id}&${query}`).expect(200)).body.data;

/** The address of a run without an id: the server calls a signal to it invalid. */
function addressOfNobody(): string {
  const workflowId = '';
  const run = { assessmentId: assessmentIdOf(workflowId), workflowId, connectionId: connection.id };
  return `/callbacks/smg/${sealRunKey(world.ring, run)}`;
}

test('a message that Temporal refuses is acknowledged, held with the reason, and can be let go on or discarded', async () => {
  await world.asAnybody().patch(`${addressOfNobody()}/11`).auth('pop', 'call-us').expect(200);
  const [held] = await listed('verdict=held');
  expect(held).toMatchObject({
    reference: '11',
    reasonCode: 'unprocessable',
    reason: expect.stringContaining('temporal.refused'),
  });
  const replayed = await world.asOperator('post', `/deliveries/${held.id}/replay`).expect(200);
  expect(replayed.body).toMatchObject({ verdict: 'held', reason: held.reason });
  await world.asOperator('post', `/deliveries/${held.id}/discard`).expect(200);
});

test('whatever waits behind many such messages is delivered, of this connection and of others', async () => {
  const pool = openTestPool(world.databaseUrl);
  const deliveries = createDeliveries(pool, world.ring);
  const other = await world.connect();
  let number = 0;
  /** As if it had come while Temporal was away. */
  const waits = async (connectionId: string, workflowId: string, body = Buffer.alloc(0)): Promise<string> => {
    number += 1;
    const note = aNote({ connectionId, source: 'smg', opportunityId: null, eventKey: `completed-${number}` });
    const request = { method: 'PATCH', headers: {}, pathRest: String(number), query: {} };
    const kept = {
      ...note,
      verdict: 'pending' as const,
      workflowId,
      reference: String(number),
      request,
      body,
    };
    await deliveries.record({ ...kept, receivedAt: number });
    return note.id;
  };
  try {
    const poison: string[] = [];
    for (let count = 0; count < 60; count += 1) poison.push(await waits(connection.id, ''));
    const damaged = await waits(connection.id, 'w');
    await pool.kysely
      .updateTable('deliveries')
      .set({ body_sealed: Buffer.from('damaged') })
      .where('id', '=', damaged)
      .execute();
    const workflowId = 'assessment/smg/c/opp-behind/e';
    await world.client.workflow.start('assessment', { workflowId, taskQueue: 'nobody', args: [] });
    const fine = [await waits(connection.id, workflowId), await waits(other.id, workflowId)];
    for (const id of fine) {
      await until(
        'it is delivered',
        async () => (await deliveries.get(id))?.verdict,
        (verdict) => verdict === 'signalled',
      );
    }
    await until(
      'nothing waits',
      () => listed('verdict=pending'),
      ({ length }) => length === 0,
    );
    const held = await listed('verdict=held&limit=200');
    expect(held.map(({ id }: { id: string }) => id).sort()).toEqual([...poison, damaged].sort());
    // More than a limit lets go on: they stand in the way of nothing that waits for the connection.
    await world.asOperator('post', `/connections/${connection.id}/pause`).expect(200);
    const paused = await post(stageChange('opp-paused'));
    expect(paused.body.verdict).toBe('held');
    await world.asOperator('post', `/connections/${connection.id}/resume`).expect(200);
    await until(
      'what was paused has started',
      async () => (await deliveries.get(paused.body.deliveryId as string))?.verdict,
      (verdict) => verdict === 'started',
    );
    const { body } = await world
      .asOperator('post', `/connections/${connection.id}/held/discard`)
      .send({ limit: 100 })
      .expect(200);
    expect(body).toEqual({ discarded: 61, left: 0 });
  } finally {
    await pool.close();
  }
});

test('nothing is held for a namespace that is gone: it is an outage', async () => {
  const client = new Client({ connection: world.client.connection, namespace: 'gone' });
  const runs = createRunGateway(
    client,
    createBreaker({ client }),
    createLogger({ level: 'silent', name: 'test' }),
  );
  const hub = aConnection({ id: connection.id });
  const [start, news] = [{ opportunityId: 'o' }, { delivery: aNote() }] as never[];
  for (const call of [
    () => runs.start(hub, 'assessment/smg/c/o/e', start as never),
    () => runs.tell('assessment/smg/c/o/e', news as never),
    () => runs.amend(hub, { assessmentId: 'asm_1' } as never, news as never),
    () => runs.openRunsOf(hub.id, 'o'),
    () => runs.wake(hub.id),
  ]) {
    // Beyond the pause of the circuit breaker each is answered by the server itself.
    await until(
      'the server was asked',
      () =>
        call().then(
          () => 'taken',
          (error: FulcrumError) => (isBrokenCircuitError(error.cause) ? null : error.code),
        ),
      (seen) => seen === 'temporal.unavailable',
    );
  }
});

test('nothing is held for a missing search attribute: it waits, and goes on once it is there', async () => {
  const { name } = searchAttributes.opportunity;
  const { operatorService } = world.client.connection;
  const { namespace } = world.client.options;
  await operatorService.removeSearchAttributes({ namespace, searchAttributes: [name] });
  const before = (await listed('verdict=started&limit=200')).length;
  let number = 0;
  await until(
    'the server has noticed',
    async () => {
      number += 1;
      return (await post(stageChange(`opp-${number}`))).body.verdict as string;
    },
    (verdict) => verdict === 'pending',
  );
  expect(await listed('verdict=held')).toEqual([]);
  await operatorService.addSearchAttributes({ namespace, searchAttributes: { [name]: 2 } });
  await until(
    'what waited has gone on',
    () => listed('verdict=pending'),
    ({ length }) => length === 0,
  );
  expect(await listed('verdict=held')).toEqual([]);
  expect(await listed('verdict=started&limit=200')).toHaveLength(before + number);
});
