import { status } from '@grpc/grpc-js';
import { ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { createRunGateway } from '../../../api/runs/gateway';
import { createLogger } from '../../../platform/log';
import { createBreaker } from '../../../platform/temporal/breaker';
import { aConnection } from '../../helpers/domain';

const log = createLogger({ level: 'silent', name: 'test' });

const answering = (code: number): Error =>
  new ServiceError('refused', {
    cause: Object.assign(new Error('refused'), { code, details: '', metadata: {} }),
  });

/** A server that answers every start with the one code, and the question about its attributes with the other. */
function gateway(toStart: number | Error, toQuestion: number = status.OK) {
  const asked: string[] = [];
  const client = {
    withDeadline: <T>(_deadline: number, fn: () => Promise<T>) => fn(),
    workflow: {
      start: () => Promise.reject(typeof toStart === 'number' ? answering(toStart) : toStart),
      count: (query: string) => {
        asked.push(query);
        return toQuestion === status.OK
          ? Promise.resolve({ count: 0 })
          : Promise.reject(answering(toQuestion));
      },
    },
  };
  const runs = createRunGateway(
    client as never,
    createBreaker({ client: client }),
    log,
    client.workflow as never,
  );
  const input = { assessmentId: 'asm_1', opportunityId: 'o', stageId: 's' };
  return { start: () => runs.start(aConnection(), 'assessment/smg/c/o/e', input as never), asked };
}

test('what is invalid although namespace and attributes are in order is the fault of the message', async () => {
  const { start, asked } = gateway(status.INVALID_ARGUMENT);
  await expect(start()).rejects.toMatchObject({ code: 'temporal.refused' });
  expect(asked).toHaveLength(1);
  for (const name of ['Connection', 'Vendor', 'Opportunity', 'Posting', 'Status', 'LastError']) {
    expect(asked[0]).toContain(`Fulcrum${name} = `);
  }
});

test.each([status.INVALID_ARGUMENT, status.NOT_FOUND, status.PERMISSION_DENIED, status.UNAVAILABLE])(
  'where the question about them is answered %i, it is an outage',
  (toQuestion) =>
    expect(gateway(status.INVALID_ARGUMENT, toQuestion).start()).rejects.toMatchObject({
      code: 'temporal.unavailable',
    }),
);

test('a start that is answered "not found", of which the client makes errors of its own, is an outage', async () => {
  for (const error of [
    new NamespaceNotFoundError('fulcrum'),
    new WorkflowNotFoundError('', 'w', undefined),
  ]) {
    await expect(gateway(error).start()).rejects.toMatchObject({ code: 'temporal.unavailable' });
  }
});

test.each(
  Object.values(status).filter(
    (code): code is status =>
      typeof code === 'number' && code !== status.OK && code !== status.INVALID_ARGUMENT,
  ),
)('a start that is answered %i is an outage', async (code) => {
  const { start, asked } = gateway(code);
  await expect(start()).rejects.toMatchObject({ code: 'temporal.unavailable' });
  expect(asked).toEqual([]);
});
