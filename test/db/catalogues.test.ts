import { createCatalogues } from '../../db/repositories/catalogues';
import { createConnections } from '../../db/repositories/connections';
import { openTestDatabase } from '../helpers/database';
import { aConnection, someSecrets } from '../helpers/domain';
import { testRing } from '../helpers/keys';

let close: () => Promise<void>;
let catalogues: ReturnType<typeof createCatalogues>;
let connectionId: string;

beforeAll(async () => {
  const opened = await openTestDatabase();
  close = opened.close;
  catalogues = createCatalogues(opened.db);
  const connection = aConnection();
  connectionId = connection.id;
  await createConnections(opened.db, testRing()).insert(connection, someSecrets, null);
});
afterAll(() => close());

const one = [{ id: 'a', name: 'First' }];
const other = [
  { id: 'b', name: 'Second' },
  { id: 'c', name: 'Third' },
];

it('the latest list counts, whichever comes last', async () => {
  expect(await catalogues.get(connectionId)).toBeNull();
  expect(await catalogues.put(connectionId, one, 2_000)).toBe('changed');
  expect(await catalogues.put(connectionId, other, 1_000)).toBe('older');
  expect(await catalogues.get(connectionId)).toEqual(one);
  expect(await catalogues.put(connectionId, other, 3_000)).toBe('changed');
  // The same one again, after a lost answer, and signed anew.
  expect(await catalogues.put(connectionId, other, 3_000)).toBe('same');
  expect(await catalogues.put(connectionId, other, 4_000)).toBe('same');
  expect(await catalogues.put(connectionId, other, 3_500)).toBe('older');
  expect(await catalogues.get(connectionId)).toEqual(other);
});

it('several at once leave the latest', async () => {
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      catalogues.put(connectionId, [{ id: String(index), name: 'x' }], 10_000 + index),
    ),
  );
  expect(await catalogues.get(connectionId)).toEqual([{ id: '9', name: 'x' }]);
});
