import type { PresentedConnection } from '../../api/connections/present';
import { assessmentIdOf } from '../../platform/crypto/assessment-id';
import { sealRunKey } from '../../platform/crypto/callback-key';
import { searchAttributes } from '../../workflows/messages';
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
  expect(held).toMatchObject({ reference: '11', reason: 'it could not be processed: temporal.refused' });
  const replayed = await world.asOperator('post', `/deliveries/${held.id}/replay`).expect(200);
  expect(replayed.body).toMatchObject({ verdict: 'held', reason: held.reason });
  await world.asOperator('post', `/deliveries/${held.id}/discard`).expect(200);
});

test('nothing is held for a missing search attribute: it waits, and goes on once it is there', async () => {
  const { name } = searchAttributes.opportunity;
  const { operatorService } = world.client.connection;
  const { namespace } = world.client.options;
  await operatorService.removeSearchAttributes({ namespace, searchAttributes: [name] });
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
  expect(await listed('verdict=started&limit=200')).toHaveLength(number);
});
