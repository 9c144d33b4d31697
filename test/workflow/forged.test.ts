import { randomUUID } from 'node:crypto';
import { Client, Connection, WorkflowUpdateFailedError } from '@temporalio/client';
import type { DataConverter, PayloadCodec, WithWorkflowArgs, Workflow } from '@temporalio/common';
import { amendmentWorkflowId } from '../../domain/ids';
import type { KeyRing } from '../../platform/crypto/keyring';
import { encodingKey, EncryptionCodec, keyIdKey } from '../../platform/temporal/codec';
import { assemble } from '../../scripts/assemble';
import { activitiesOf, type ActivityParts } from '../../workers/activities';
import { failureConverterPath } from '../../workers/bundle';
import { endedUnseenSignal } from '../../workflows/amendment/contract';
import * as messages from '../../workflows/assessment/contract';
import { taskQueues, workflowTypes } from '../../workflows/names';
import { ended, invitedApplicant, liveRun, look, runOf } from '../helpers/actions';
import { testRing } from '../helpers/keys';
import { temporalAddress } from '../helpers/temporal';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

/**
 * Whoever reaches Temporal's port can start, signal and update workflows, but not seal. What was not sealed starts nothing,
 * changes nothing, and stops nobody.
 */

/** A stranger's client. It reads the hub's answers, so that the test can see them. */
const strangerWith = (encode: PayloadCodec['encode'], ring: KeyRing): DataConverter => {
  const codec = new EncryptionCodec(ring);
  return {
    payloadCodecs: [{ encode, decode: (payloads) => codec.decode(payloads) }],
    failureConverterPath,
  };
};

/** Claims to be sealed by the hub's own key, and is not. */
const pretendedBy =
  (ring: KeyRing): PayloadCodec['encode'] =>
  (payloads) =>
    Promise.resolve(
      payloads.map(() => ({
        metadata: {
          [encodingKey]: Buffer.from('binary/encrypted'),
          [keyIdKey]: Buffer.from(ring.first.id),
        },
        data: Buffer.alloc(64, 7),
      })),
    );

const world = useWorld(() =>
  assemble(async (atEnd) => {
    const hub = await startWorld({ env: { SWEEP_INTERVAL: '1s', SWEEP_LIMIT_PERCENT: '100' } });
    atEnd(() => hub.stop());
    const { namespace } = hub.client.options;
    const connection = await Connection.connect({ address: temporalAddress() });
    atEnd(() => connection.close());
    const clientOf = (encode: PayloadCodec['encode']): Client =>
      new Client({ connection, namespace, dataConverter: strangerWith(encode, hub.ring) });
    const plain = clientOf((payloads) => Promise.resolve(payloads));
    const pretending = clientOf(pretendedBy(hub.ring));
    const foreignCodec = new EncryptionCodec(testRing('foreign'));
    const foreign = clientOf((payloads) => foreignCodec.encode(payloads));
    return { ...hub, strangers: { plain, pretending, foreign } };
  }),
);

const timing = { startToCloseMs: 10_000, initialIntervalMs: 100, maxIntervalMs: 500 };
const everyType = Object.values(workflowTypes);
const starts: [string, 'plain' | 'pretending', unknown[]][] = everyType.flatMap((type) => [
  [type, 'plain', []],
  [type, 'plain', [null]],
  [
    type,
    'plain',
    [{ connectionId: 'con_1', assessmentId: 'asm_1', vendor: 'smg', timing, days: {}, quietMs: 1 }],
  ],
  [type, 'pretending', [{ connectionId: 'con_1' }]],
]);

describe('a start', () => {
  it.each(starts)('of %s by a stranger (%s: %j) ends refused, for good', async (type, who, args) => {
    const client = world.strangers[who];
    const start = client.workflow.start as (
      type: string,
      options: WithWorkflowArgs<Workflow, { workflowId: string; taskQueue: string }>,
    ) => ReturnType<Client['workflow']['start']>;
    const workflowId = `stranger/${randomUUID()}`;
    await start.call(client.workflow, type, {
      workflowId,
      taskQueue: taskQueues.assessments,
      args: args as [],
    });
    const handle = world.client.workflow.getHandle(workflowId);
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'refused', nonRetryable: true } });
    const { events } = await handle.fetchHistory();
    expect(events?.filter((event) => event.activityTaskScheduledEventAttributes)).toEqual([]);
  });
});

type Stranger = (workflowId: string) => Promise<unknown>;

const forgedNews = {
  delivery: {
    id: 'dlv_x',
    source: 'smg',
    connectionId: 'con_x',
    eventKey: 'x',
    event: 'completed',
    receivedAt: 1,
    verdict: 'signalled',
    opportunityId: null,
  },
  event: { type: 'completed' },
  vendorRef: '1',
};

/** Every signal, in every way in which it can be wrong. */
const signals: [string, (strangers: { plain: Client; pretending: Client }) => Stranger][] = [
  messages.vendorNewsSignal,
  messages.opportunityChangedSignal,
  messages.connectionEndedSignal,
  endedUnseenSignal,
  messages.connectionChangedSignal,
].flatMap(({ name }): [string, (strangers: { plain: Client; pretending: Client }) => Stranger][] => [
  [
    `${name} without a word`,
    ({ plain }) =>
      (id) =>
        plain.workflow.getHandle(id).signal(name),
  ],
  [
    `${name} of null`,
    ({ plain }) =>
      (id) =>
        plain.workflow.getHandle(id).signal(name, null),
  ],
  [
    `${name} in plain words`,
    ({ plain }) =>
      (id) =>
        plain.workflow.getHandle(id).signal(name, forgedNews),
  ],
  [
    `${name} that pretends`,
    ({ pretending }) =>
      (id) =>
        pretending.workflow.getHandle(id).signal(name, forgedNews),
  ],
]);

const failedTasks = async (workflowId: string): Promise<number> => {
  const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter((event) => event.workflowTaskFailedEventAttributes).length;
};

describe('an open run', () => {
  it('takes no signal that the hub has not sealed, says so in its timeline, and goes on', async () => {
    const person = await invitedApplicant(world);
    const { id, workflowId } = await runOf(world, person);
    for (const [, signal] of signals) await signal(world.strangers)(workflowId);

    const told = await until(
      'the run has noted what it did not take',
      async () => (await look(world, id)).timeline.filter(({ kind }) => kind === 'event_ignored'),
      (lines) => lines.length >= 4,
    );
    // One line each, however often it comes; one that only wakes a run may come without a word.
    expect(told.map(({ detail }) => detail).sort()).toEqual(
      ['connectionChanged', 'connectionEnded', 'opportunityChanged', 'vendorNews'].map(
        (name) => `${name}: a signal that the hub has not sealed`,
      ),
    );
    await liveRun(world, id, 'the run is as open as before', ({ status }) => status === 'invited');
    expect(await failedTasks(workflowId)).toBe(0);

    world.smg.admin.complete(person.application.applicationId);
    await ended(world, person, 'completed');
    expect(await failedTasks(workflowId)).toBe(0);
  });

  it('carries out no update that the hub has not sealed', async () => {
    const person = await invitedApplicant(world);
    const { id, workflowId } = await runOf(world, person);
    const updates = [
      messages.remindUpdate,
      messages.extendUpdate,
      messages.cancelUpdate,
      messages.retryEffectUpdate,
      messages.dismissEffectUpdate,
    ];
    const said = { by: 'stranger', reason: 'none', until: Date.now() + 86_400_000, effectId: 'invited/link' };
    for (const { name } of updates) {
      for (const [client, args] of [
        [world.strangers.plain, []],
        [world.strangers.plain, [null]],
        [world.strangers.plain, [said]],
        [world.strangers.pretending, [said]],
      ] as const) {
        const refused = client.workflow.getHandle(workflowId).executeUpdate(name, {
          args: args as unknown as [unknown],
        });
        await expect(refused).rejects.toThrow(WorkflowUpdateFailedError);
      }
    }
    const run = await liveRun(
      world,
      id,
      'the run is as open as before',
      ({ status }) => status === 'invited',
    );
    expect(run).toMatchObject({ status: 'invited' });
    expect(await failedTasks(workflowId)).toBe(0);
    world.smg.admin.complete(person.application.applicationId);
    await ended(world, person, 'completed');
  });
});

describe('a run that is over', () => {
  it('is not amended by what the hub has not sealed', async () => {
    const person = await invitedApplicant(world);
    world.smg.admin.complete(person.application.applicationId);
    const run = await ended(world, person, 'completed');
    const workflowId = amendmentWorkflowId(run.id);
    await world.strangers.plain.workflow.signalWithStart('amendment', {
      workflowId,
      taskQueue: taskQueues.assessments,
      args: [{ assessmentId: run.id, vendor: 'smg', connectionId: world.connection.id, timing }],
      signal: 'vendorNews',
      signalArgs: [forgedNews],
    });
    await expect(world.client.workflow.getHandle(workflowId).result()).rejects.toMatchObject({
      cause: { type: 'refused' },
    });
    // Begun by the hub, and spoken to by a stranger: it does what the hub said, and nothing else.
    await world.client.workflow.signalWithStart('amendment', {
      workflowId,
      taskQueue: taskQueues.assessments,
      args: [{ assessmentId: run.id, vendor: 'smg', connectionId: world.connection.id, timing }],
      signal: messages.vendorNewsSignal,
      signalArgs: [forgedNews as unknown as messages.VendorNews],
    });
    await world.client.workflow.getHandle(workflowId).result();
    expect(await failedTasks(workflowId)).toBe(0);
  });
});

describe('an activity', () => {
  const groups = activitiesOf({
    retention: {},
    reconciling: {},
    sweeping: {},
    probing: {},
    deps: {},
  } as ActivityParts);
  const { records, lever, vendor } = taskQueues;
  const each = [
    ...Object.keys({ ...groups.records, ...groups.looks }).map((name) => [name, records] as const),
    ...Object.keys(groups.lever).map((name) => [name, lever] as const),
    ...Object.keys(groups.vendor).map((name) => [name, vendor('smg')] as const),
  ];
  const asked = async (
    client: Client,
    name: string,
    taskQueue: string,
    args: unknown[],
  ): Promise<unknown> => {
    const handle = await client.activity.start(name, {
      id: randomUUID(),
      taskQueue,
      args: args as [],
      startToCloseTimeout: '30s',
      retry: { maximumAttempts: 1 },
    });
    return handle.result().then(
      () => 'carried out',
      ({ cause }: { cause?: { type?: string } }) => cause?.type,
    );
  };

  it('of any kind is refused for good to whoever is not the hub', async () => {
    const said = { connectionId: world.connection.id, rejectedDays: 0, ignoredDays: 0 };
    for (const [name, queue] of each) {
      expect([name, await asked(world.strangers.plain, name, queue, [said])]).toEqual([name, 'refused']);
      expect([name, await asked(world.strangers.plain, name, queue, [])]).toEqual([name, 'refused']);
    }
  });

  it('that only workflows ask for is refused with a sealed input as well: it may be a copy', async () => {
    const copied = { connectionId: world.connection.id };
    for (const [name, queue] of [
      ['applyEffect', lever],
      ['writeRecords', records],
      ['forgetOld', records],
      ['invite', vendor('smg')],
    ] as const) {
      expect([name, await asked(world.client, name, queue, [copied])]).toEqual([name, 'refused']);
    }
  });
});

describe('a workflow of a stranger where no worker takes it', () => {
  const place = (workflowId: string, memo: Record<string, unknown> = {}) =>
    world.strangers.foreign.workflow.start('assessment', {
      workflowId,
      taskQueue: 'nobody',
      args: [{}],
      memo,
    });

  it('keeps no run that left without a word from being closed, not even under its id', async () => {
    // Sealed by a key that the hub does not have: nobody can open it.
    await place(`assessment/smg/${world.connection.id}/stranger/1`, { note: 'mine' });
    const [one, other] = [await invitedApplicant(world), await invitedApplicant(world)];
    const runs = [await runOf(world, one), await runOf(world, other)];
    for (const { workflowId } of runs) await world.client.workflow.getHandle(workflowId).terminate('a test');
    await place(runs[1]?.workflowId ?? '');
    for (const { id } of runs) {
      const closed = await until('its row is closed', async () => {
        const run = await look(world, id);
        return run.closedAt === null ? null : run;
      });
      expect(closed.status).toBe('failed');
    }
  });
});
