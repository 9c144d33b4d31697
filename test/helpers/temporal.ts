import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { KeyRing } from '../../platform/crypto/keyring';
import { createDataConverter } from '../../platform/temporal/data-converter';
import { prepareNamespace } from '../../platform/temporal/namespace';
import { searchAttributes } from '../../workflows/search-attributes';
import { until } from './until';

/** Where the Temporal server of the test run listens, `host:port`. */
export function temporalAddress(): string {
  const address = process.env['FULCRUM_TEST_TEMPORAL_ADDRESS'];
  if (!address) {
    throw new Error(
      'FULCRUM_TEST_TEMPORAL_ADDRESS is not set: run the tests with jest, whose setup starts Temporal.',
    );
  }
  return address;
}

/**
 * A namespace of its own for whoever runs workers: the hub's task queues have the same names everywhere. Usable when
 * it resolves; a new namespace and its search attributes take the server some seconds.
 */
export async function freshNamespace(address: string): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  const names = Object.values(searchAttributes).map(({ name }) => name);
  const query = names.map((name) => `${name} IS NULL`).join(' AND ');
  const prepare = async (): Promise<void> => {
    await prepareNamespace(connection, { namespace, retentionDays: 30, searchAttributes: names });
    await connection.workflowService.countWorkflowExecutions({ namespace, query });
  };
  try {
    await until(
      'the new namespace can be used',
      () =>
        prepare().then(
          () => 'usable',
          (error: unknown) => error,
        ),
      (state) => state === 'usable',
    );
  } finally {
    await connection.close();
  }
  return namespace;
}

/**
 * Waits until a worker asks for work on this queue.
 * @param alive throws when there will be no worker any more
 */
export async function untilPolled(
  { address, namespace }: { address: string; namespace: string },
  taskQueue: string,
  alive: () => void,
): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await until(
      `a worker asks for work on ${taskQueue}`,
      async () => {
        alive();
        const { pollers } = await connection.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: taskQueue },
          taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        });
        return pollers ?? [];
      },
      ({ length }) => length > 0,
    );
  } finally {
    await connection.close();
  }
}

/** Temporal as an operator's tools see it, with the hub's codec. Whoever opens it closes its connection. */
export async function openTemporal(where: {
  address: string;
  namespace: string;
  ring: KeyRing;
}): Promise<Client> {
  const connection = await Connection.connect({ address: where.address });
  return new Client({
    connection,
    namespace: where.namespace,
    dataConverter: createDataConverter(where.ring),
  });
}
