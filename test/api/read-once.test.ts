import type { PresentedConnection } from '../../api/connections/present';
import { readWebhookSecret, webhookHeaders } from '../../platform/crypto/standard-webhooks';
import { registry } from '../../vendors/registry';
import { taskQueues, workflowTypes } from '../../workflows/names';
import { useWorld } from '../helpers/use-world';
import { startApiWorld } from './api-world';
import { senders } from './senders';

/** A message is parsed once on its way from the socket to the run, whoever sends it, and whatever becomes of it. */

const world = useWorld(() => startApiWorld());

/** How often a text with this word in it, and a callback, was parsed while `act` ran. */
async function reads(vendor: string, word: string, act: () => Promise<unknown>) {
  const definition = registry[vendor] as (typeof registry)['smg'];
  const callbacks = jest.fn(definition.callback.parse);
  const replaced = jest.replaceProperty(definition, 'callback', {
    ...definition.callback,
    parse: callbacks,
  });
  const texts = jest.spyOn(JSON, 'parse');
  try {
    await act();
    return {
      texts: texts.mock.calls.filter(([text]) => String(text).includes(`"${word}"`)).length,
      callbacks: callbacks.mock.calls.length,
    };
  } finally {
    texts.mockRestore();
    replaced.restore();
  }
}

describe.each(senders)('$name', (sender) => {
  let connection: PresentedConnection;
  beforeAll(async () => {
    connection = await world.connect(sender.connection);
  });
  const isLever = sender.name === 'Lever';
  // SMG sends no text: the address says it all.
  const texts = sender.name === 'SMG' ? 0 : 1;

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

  /** The standard contract's message names its run, so the run's id is the word in it that nobody else has. */
  const wordIn = (word: string): string => (sender.name === 'standard' ? 'in_progress' : word);

  it('is read once when it is taken', async () => {
    const workflowId = await openRun('taken');
    const send = async () =>
      expect((await sender.send(world, connection, { word: 'taken', workflowId })).status).toBe(sender.taken);
    const read = await reads(connection.vendor, wordIn('taken'), send);
    expect(read).toEqual({ texts, callbacks: isLever ? 0 : 1 });
    const verdict = sender.startsRuns ? 'started' : 'signalled';
    const listed = await world.asOperator(
      'get',
      `/deliveries?connection=${connection.id}&verdict=${verdict}`,
    );
    expect(listed.body.data).toHaveLength(1);
  });

  it('is read once when nothing follows from it', async () => {
    const workflowId = await openRun('idle');
    const said = { word: 'idle', workflowId, isIdle: true };
    const read = await reads(connection.vendor, wordIn('idle'), () => sender.send(world, connection, said));
    expect(read).toEqual({ texts, callbacks: isLever ? 0 : 1 });
  });

  it('is read at most once when it is refused', async () => {
    const workflowId = await openRun('forged');
    const said = { word: 'forged', workflowId, isForged: true };
    const send = async () => expect((await sender.send(world, connection, said)).status).toBe(401);
    const read = await reads(connection.vendor, wordIn('forged'), send);
    expect(read).toEqual({ texts, callbacks: isLever ? 0 : 1 });
  });
});

it('a list of packages is read once, taken or refused', async () => {
  const secret = `whsec_${Buffer.from('thirty-two bytes of a shared key').toString('base64')}`;
  const connection = await world.connect({
    vendor: 'standard',
    credentials: { baseUrl: 'https://vendor.example', secret },
    settings: {},
  });
  const sending = (packages: unknown) => async () => {
    const body = JSON.stringify({ packages, mark: 'of-this-list' });
    const key = [readWebhookSecret(secret) as Buffer];
    await world
      .asAnybody()
      .put(`${new URL(String(connection.callbackUrl)).pathname}/packages`)
      .set('content-type', 'application/json')
      .set(webhookHeaders({ id: 'msg_1', at: Date.now(), body }, key))
      .send(body);
  };
  const taken = await reads('standard', 'of-this-list', sending([{ id: 'a', name: 'A' }]));
  const refused = await reads('standard', 'of-this-list', sending('none'));
  expect([taken.texts, refused.texts]).toEqual([1, 1]);
});
