import type { PresentedConnection } from '../../api/connections/present';
import { assessmentWorkflowId } from '../../domain/ids';
import type { RecordBatch } from '../../domain/records';
import { assessmentIdOf } from '../../platform/crypto/assessment-id';
import { sealRunKey } from '../../platform/crypto/callback-key';
import type { VendorNews } from '../../workflows/assessment/contract';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startApiWorld } from './api-world';

const world = useWorld(startApiWorld);
let connection: PresentedConnection;
beforeAll(async () => {
  connection = await world.connect();
});

/** A run as if an opportunity had moved, with the callback address that its invitation would carry. */
async function openRun(opportunityId: string) {
  const delivery = world.delivery('candidateStageChange', { opportunityId, toStageId: 'stage-assessment' });
  await world.asAnybody().post(world.webhookPath(connection)).send(delivery).expect(200);
  const { id: connectionId } = connection;
  const eventKey = String(delivery['token']);
  const workflowId = assessmentWorkflowId({ vendor: 'smg', connectionId, subject: opportunityId, eventKey });
  return { ...addressOf(workflowId), workflowId, handle: world.client.workflow.getHandle(workflowId) };
}

function addressOf(workflowId: string) {
  const assessmentId = assessmentIdOf(workflowId);
  const key = sealRunKey(world.ring, { assessmentId, workflowId, connectionId: connection.id });
  return { assessmentId, path: `/callbacks/smg/${key}` };
}

const call = (method: 'get' | 'post' | 'patch' | 'put', path: string) =>
  world.asAnybody()[method](path).auth('pop', 'call-us');

async function signalsOf(workflowId: string): Promise<VendorNews[]> {
  const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
  const payloads = (events ?? []).flatMap(
    (event) => event.workflowExecutionSignaledEventAttributes?.input?.payloads ?? [],
  );
  return (await world.opened(payloads)) as VendorNews[];
}

const records = async (query: string) =>
  (await world.asOperator('get', `/deliveries?${query}`).expect(200)).body.data;

test.each(['get', 'patch', 'post', 'put'] as const)(
  '%s reaches the open run and is acknowledged',
  async (method) => {
    const { path, workflowId } = await openRun(`opp-${method}`);
    const answer = await call(method, `${path}/4711`).expect(200);
    expect(answer.text).toBe('');
    const [news] = await signalsOf(workflowId);
    expect(news).toMatchObject({
      delivery: {
        source: 'smg',
        connectionId: connection.id,
        eventKey: 'completed-4711',
        verdict: 'signalled',
      },
      event: { type: 'completed' },
    });
  },
);

test('the id may come in the body, with or without a content type', async () => {
  const { path, workflowId } = await openRun('opp-body');
  await call('post', path).set('Content-Type', 'text/plain').send('{"application_id": 99}').expect(200);
  expect((await signalsOf(workflowId))[0]?.delivery.eventKey).toBe('completed-99');
});

test('a repeat is acknowledged and recorded as a duplicate', async () => {
  const { path, workflowId } = await openRun('opp-repeat');
  await call('patch', `${path}/5001`).expect(200);
  await call('patch', `${path}/5001`).expect(200);
  const kept = await records(`connection=${connection.id}&source=smg&limit=200`);
  const verdicts = kept.filter((row: { reference: string }) => row.reference === '5001');
  expect(verdicts.map((row: { verdict: string }) => row.verdict)).toEqual(['duplicate', 'signalled']);
  expect(verdicts[1].workflowId).toBe(workflowId);
});

test('wrong credentials are refused and recorded', async () => {
  const { path, workflowId } = await openRun('opp-forged');
  const answer = await world.asAnybody().patch(`${path}/1`).auth('pop', 'guess').expect(401);
  expect(answer.body.code).toBe('auth.signature');
  await world.asAnybody().patch(`${path}/1`).expect(401);
  expect(await signalsOf(workflowId)).toEqual([]);
  const refused = await records(`connection=${connection.id}&source=smg&verdict=rejected`);
  expect(refused).toHaveLength(2);
  expect(refused[0].reason).toBe('auth.signature');
});

test('a message that names no application is 400; a changed key, another vendor and other methods are refused', async () => {
  const { path } = await openRun('opp-bad');
  expect((await call('post', path).send('').expect(400)).body.code).toBe('input.malformed');
  await call('post', `${path.slice(0, -3)}abc/1`).expect(404);
  await call('post', `${path.replace('/smg/', '/jobma/')}/1`).expect(404);
  await world.asAnybody().delete(`${path}/1`).expect(405);
  await world.asAnybody().head(`${path}/1`).expect(405);
});

const lastRecordOf = (assessmentId: string, workflowId: string, opportunityId: string): RecordBatch => ({
  run: { assessmentId, workflowId, vendor: 'smg', connectionId: connection.id, opportunityId },
  records: [
    {
      seq: 9,
      at: Date.now(),
      status: 'expired',
      suspended: false,
      attention: false,
      kind: 'closed',
      detail: null,
      closed: true,
    },
  ],
  deliveries: [],
});

test('news of a run that is over go to its amendment', async () => {
  const { path, handle, assessmentId, workflowId } = await openRun('opp-late');
  await handle.terminate('over');
  await world.assessments.write(lastRecordOf(assessmentId, workflowId, 'opp-late'));
  await call('patch', `${path}/6001`).expect(200);
  const [news] = await signalsOf(`amendment/${assessmentId}`);
  expect(news?.event.type).toBe('completed');
});

test('news of a run that is over, but not on record as such, wait until it is', async () => {
  const { path, handle, assessmentId, workflowId } = await openRun('opp-unseen');
  const run = { assessmentId, workflowId, vendor: 'smg' as const, connectionId: connection.id };
  await world.assessments.openRow({ ...run, opportunityId: 'opp-unseen' }, null);
  await handle.terminate('over');
  await call('patch', `${path}/6002`).expect(200);
  const [kept] = await records(`connection=${connection.id}&verdict=pending`);
  expect(kept).toMatchObject({ reference: '6002', workflowId });
  await expect(world.client.workflow.getHandle(`amendment/${assessmentId}`).describe()).rejects.toThrow();

  await world.assessments.write(lastRecordOf(assessmentId, workflowId, 'opp-unseen'));
  await until(
    'nothing is pending',
    () => records(`connection=${connection.id}&verdict=pending`),
    ({ length }) => length === 0,
  );
  expect(await signalsOf(`amendment/${assessmentId}`)).toHaveLength(1);
});

test('news of a run that nobody knows any more are acknowledged and ignored', async () => {
  const { path, assessmentId } = addressOf('assessment/smg/gone/gone/gone');
  await call('patch', `${path}/7001`).expect(200);
  const kept = await records(`connection=${connection.id}&verdict=ignored`);
  expect(kept[0].reference).toBe('7001');
  await expect(world.client.workflow.getHandle(`amendment/${assessmentId}`).describe()).rejects.toThrow();
});

test('an account-level callback waits until its reference is known', async () => {
  const { workflowId, assessmentId } = await openRun('opp-account');
  const path = new URL(connection.callbackUrl).pathname;
  await call('post', `${path}/8001`).expect(200);
  expect(await records(`connection=${connection.id}&verdict=unmatched`)).toHaveLength(1);
  expect(await signalsOf(workflowId)).toEqual([]);

  await world.assessments.write({
    run: {
      assessmentId,
      workflowId,
      vendor: 'smg',
      connectionId: connection.id,
      opportunityId: 'opp-account',
    },
    records: [
      {
        seq: 1,
        at: Date.now(),
        status: 'invited',
        suspended: false,
        attention: false,
        kind: 'status',
        detail: null,
        facts: { vendorRef: '8001' },
      },
    ],
    deliveries: [],
  });
  await until(
    'the run was told',
    () => signalsOf(workflowId),
    ({ length }) => length === 1,
  );
  await until(
    'nothing is left over',
    () => records(`connection=${connection.id}&verdict=unmatched`),
    ({ length }) => length === 0,
  );
  await call('post', path).send('').expect(400);
});

test('an archived opportunity is told to its open runs', async () => {
  const { workflowId, assessmentId, handle } = await openRun('opp-archived');
  const run = { assessmentId, workflowId, vendor: 'smg' as const, connectionId: connection.id };
  await world.assessments.openRow({ ...run, opportunityId: 'opp-archived' }, null);
  const archived = world.delivery('candidateArchiveChange', { opportunityId: 'opp-archived' });
  const answer = await world.asAnybody().post(world.webhookPath(connection)).send(archived).expect(200);
  expect(answer.body.verdict).toBe('signalled');
  const { events } = await handle.fetchHistory();
  const names = events?.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName);
  expect(names).toContain('opportunityChanged');
});
