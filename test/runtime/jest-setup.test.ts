import { Connection } from '@temporalio/client';
import { Client } from 'pg';

test('the run has a PostgreSQL to talk to', async () => {
  const client = new Client({ connectionString: process.env['FULCRUM_TEST_DATABASE_URL'] });
  await client.connect();
  const { rows } = await client.query<{ answer: number }>('select 42 as answer');
  await client.end();
  expect(rows).toEqual([{ answer: 42 }]);
});

test('the run has a Temporal server to talk to', async () => {
  const connection = await Connection.connect({
    address: process.env['FULCRUM_TEST_TEMPORAL_ADDRESS'] ?? '',
  });
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: 'default' });
  await connection.close();
  expect(namespaceInfo?.name).toBe('default');
});
