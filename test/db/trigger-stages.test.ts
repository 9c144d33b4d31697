import { createConnections } from '../../db/repositories/connections';
import { createTriggerStages } from '../../db/repositories/trigger-stages';
import { openTestDatabase } from '../helpers/database';
import { aConnection, someSecrets } from '../helpers/domain';
import { testRing } from '../helpers/keys';

let close: () => Promise<void>;
let stages: ReturnType<typeof createTriggerStages>;
let connectionId: string;
let connections: ReturnType<typeof createConnections>;

beforeAll(async () => {
  const opened = await openTestDatabase();
  close = opened.close;
  stages = createTriggerStages(opened.db);
  connections = createConnections(opened.db, testRing());
});
afterAll(() => close());
beforeEach(async () => {
  const connection = aConnection();
  await connections.insert(connection, someSecrets, null);
  connectionId = connection.id;
});

const at = (stageId: string, activatedAt: number, scannedUntil: number | null = null) => ({
  stageId,
  activatedAt,
  scannedUntil,
});

it('a stage counts from when it first became a trigger', async () => {
  expect(await stages.set(connectionId, ['a', 'b'], 1_000)).toEqual([at('a', 1_000), at('b', 1_000)]);
  expect(await stages.set(connectionId, ['b', 'c'], 2_000)).toEqual([at('b', 1_000), at('c', 2_000)]);
});

it('one that was taken away and comes back starts anew', async () => {
  await stages.set(connectionId, ['a'], 1_000);
  await stages.setScannedUntil(connectionId, ['a'], 1_500);
  expect(await stages.set(connectionId, [], 2_000)).toEqual([]);
  expect(await stages.set(connectionId, ['a'], 3_000)).toEqual([at('a', 3_000)]);
});

it('what was looked at never moves back, and holds for the named stages alone', async () => {
  await stages.set(connectionId, ['a', 'b'], 1_000);
  await stages.setScannedUntil(connectionId, ['a'], 3_000);
  await stages.setScannedUntil(connectionId, ['a'], 2_000);
  await stages.setScannedUntil(connectionId, [], 9_000);
  expect(await stages.set(connectionId, ['a', 'b'], 5_000)).toEqual([at('a', 1_000, 3_000), at('b', 1_000)]);
});

it('a look from before the stage came back says nothing about it', async () => {
  await stages.set(connectionId, ['a'], 4_000);
  await stages.setScannedUntil(connectionId, ['a'], 3_000);
  expect(await stages.set(connectionId, ['a'], 5_000)).toEqual([at('a', 4_000)]);
});

it('several at once agree', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => stages.set(connectionId, ['a', 'b'], 1_000 + index)),
  );
  const last = await stages.set(connectionId, ['a', 'b'], 9_000);
  expect(last.map(({ stageId }) => stageId)).toEqual(['a', 'b']);
  for (const { activatedAt } of last) expect(activatedAt).toBeLessThan(1_010);
  for (const answer of answers) expect(answer).toHaveLength(2);
});
