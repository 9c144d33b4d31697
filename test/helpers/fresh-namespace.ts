import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { prepareNamespace } from '../../platform/temporal/namespace';
import { searchAttributes } from '../../workflows/messages';
import { until } from './until';

/**
 * A namespace of its own for whoever runs workers: the hub's task queues have the same names everywhere. Usable when
 * it resolves; a new namespace and its search attributes take the server some seconds.
 */
export async function freshNamespace(address: string): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  const names = Object.values(searchAttributes).map(({ name }) => name);
  const isUsable = async (): Promise<boolean> => {
    try {
      await prepareNamespace(connection, { namespace, retentionDays: 30, searchAttributes: names });
      await connection.workflowService.countWorkflowExecutions({
        namespace,
        query: names.map((name) => `${name} IS NULL`).join(' AND '),
      });
      return true;
    } catch {
      return false;
    }
  };
  try {
    await until('the new namespace can be used', isUsable, 60_000);
  } finally {
    await connection.close();
  }
  return namespace;
}
