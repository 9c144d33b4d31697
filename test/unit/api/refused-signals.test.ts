import { status } from '@grpc/grpc-js';
import { ServiceError } from '@temporalio/client';
import { createDispatch } from '../../../api/ingress/dispatch';
import { type OpenRun, tellRuns } from '../../../api/ingress/hints';
import { createRunGateway } from '../../../api/runs/gateway';
import { deliveryReason } from '../../../domain/delivery-reasons';
import { FulcrumError } from '../../../domain/errors';
import { createLogger } from '../../../platform/log';
import { createBreaker } from '../../../platform/temporal/breaker';
import { smg } from '../../../vendors/smg/definition';
import { createRunLookup } from '../../../workers/run-lookup';
import { aConnection, aNote } from '../../helpers/domain';

/** One run that takes no signal any more stops nobody who tells several. */

const runs = ['run-1', 'run-full', 'run-2'];

const listsOf = (client: unknown): never => (client as { workflow: never }).workflow;

const answering = (code: number): Error =>
  new ServiceError('refused', {
    cause: Object.assign(new Error('refused'), { code, details: '', metadata: {} }),
  });

function logged() {
  const lines: string[] = [];
  const log = createLogger({
    level: 'error',
    name: 'test',
    destination: { write: (line) => void lines.push(line) },
  });
  return { lines, log };
}

/** A server that answers signals to "run-full" with a code, and takes all others. */
function server(code: number) {
  const told: string[] = [];
  const client = {
    withDeadline: <T>(_deadline: number, fn: () => Promise<T>) => fn(),
    workflow: {
      count: () => Promise.resolve({ count: 0 }),
      list: async function* () {
        for (const workflowId of runs) yield { workflowId };
      },
      getHandle: (workflowId: string) => ({
        signal: async () => {
          if (workflowId === 'run-full') throw answering(code);
          told.push(workflowId);
        },
      }),
    },
  };
  return { client: client as never, told };
}

describe('the api', () => {
  const gateway = (code: number) => {
    const { client, told } = server(code);
    const { log, lines } = logged();
    return { runs: createRunGateway(client, createBreaker({ client }), log, listsOf(client)), told, lines };
  };

  test.each(['wake', 'end'] as const)('%s passes it over, and names it in the log', async (what) => {
    const { runs, told, lines } = gateway(status.INVALID_ARGUMENT);
    expect(await runs[what]('con_1')).toBe(2);
    expect(told).toEqual(['run-1', 'run-2']);
    expect(lines.filter((line) => line.includes('"workflowId":"run-full"'))).toHaveLength(1);
  });

  test('an outage is told to whoever asked', async () => {
    await expect(gateway(status.UNAVAILABLE).runs.end('con_1')).rejects.toMatchObject({
      code: 'temporal.unavailable',
    });
  });
});

describe('a worker', () => {
  const timing = {} as Parameters<typeof createRunLookup>[1];

  test('wakes the others', async () => {
    const { client, told } = server(status.INVALID_ARGUMENT);
    const { log, lines } = logged();
    await createRunLookup(client, timing, log, listsOf(client)).wakeAllOf('con_1');
    expect(told).toEqual(['run-1', 'run-2']);
    expect(lines.filter((line) => line.includes('"workflowId":"run-full"'))).toHaveLength(1);
  });

  test('is told of an outage', async () => {
    const { client } = server(status.UNAVAILABLE);
    await expect(
      createRunLookup(client, timing, logged().log, listsOf(client)).wakeAllOf('con_1'),
    ).rejects.toThrow('refused');
  });
});

describe('a hint to the runs of an opportunity', () => {
  const hintAll = async (open: string[], code: 'temporal.refused' | 'temporal.unavailable') => {
    const { log, lines } = logged();
    const deps = {
      log,
      openRunsOf: async (): Promise<OpenRun[]> => open.map((workflowId) => ({ workflowId, isNew: false })),
      runs: {
        openRunsOf: async () => [],
        hint: async (workflowId: string) => {
          if (workflowId === 'run-full') throw new FulcrumError(code, 'no');
          return true;
        },
      },
    };
    const told = await tellRuns(deps, { connectionId: 'con_1', opportunityId: 'o' }, {} as never);
    return { ...told, lines };
  };

  test('reaches the others, and says that one was not reached', async () => {
    const { reached, refusal, lines } = await hintAll(runs, 'temporal.refused');
    expect(reached).toEqual(['run-1', 'run-2']);
    expect(refusal).toMatchObject({ code: 'temporal.refused' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"workflowId":"run-full"');
  });

  test('comes again after an outage', () =>
    expect(hintAll(runs, 'temporal.unavailable')).rejects.toMatchObject({ code: 'temporal.unavailable' }));
});

describe('of a stage change', () => {
  const dispatched = async (open: string[], toStageId: string) => {
    const connection = aConnection({
      settings: { triggerStages: ['Assessment'], onLeaveStage: 'cancel' },
      stages: [
        { id: 's1', text: 'Assessment' },
        { id: 's2', text: 'Offer' },
      ],
    });
    const started: string[] = [];
    const dispatch = createDispatch({
      log: logged().log,
      timing: {} as never,
      vendor: () => smg,
      tombstones: {
        opportunities: async () => new Map(),
        isErasedWorkflow: async () => false,
        isErasedReference: async () => false,
      },
      connectionById: () => connection,
      provesSender: () => true,
      openRunsOf: async () => open.map((workflowId) => ({ workflowId, isNew: false })),
      runByReference: async () => null,
      spentBy: () => Promise.resolve(null),
      recordOf: async () => null,
      runs: {
        hint: async (workflowId: string) => {
          if (workflowId === 'run-full') throw new FulcrumError('temporal.refused', 'no');
          return true;
        },
        start: async (_connection: unknown, workflowId: string) => started.push(workflowId) > 0,
      } as never,
    });
    const said = {
      event: 'candidateStageChange',
      triggeredAt: Date.now(),
      token: 'token',
      data: { opportunityId: 'o', toStageId },
    };
    const result = await dispatch({
      ...aNote({ connectionId: connection.id, eventKey: 'token', opportunityId: 'o' }),
      workflowId: null,
      reference: null,
      request: { method: 'POST', pathRest: '', query: {}, headers: {} },
      body: Buffer.from(JSON.stringify(said)),
    });
    return { result, started };
  };

  test('the new run starts, though the one that was left cannot be told', async () => {
    const { result, started } = await dispatched(['run-full'], 's1');
    expect(result).toMatchObject({ verdict: 'started' });
    expect(started).toHaveLength(1);
  });

  test('it is held where nobody who is meant could be told, and signalled where somebody was', async () => {
    expect((await dispatched(['run-full'], 's2')).result).toMatchObject({
      verdict: 'held',
      reason: deliveryReason('unprocessable', 'temporal.refused'),
    });
    expect((await dispatched(runs, 's2')).result).toMatchObject({
      verdict: 'signalled',
      workflowId: 'run-1',
    });
  });
});
