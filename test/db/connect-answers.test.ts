import type { Database } from '../../db/database';
import { createConnectAnswers } from '../../db/repositories/connect-answers';
import { createConnectLinks } from '../../db/repositories/connect-links';
import { openTestDatabase } from '../helpers/database';
import { testRing } from '../helpers/keys';

/** What holds however many processes the answers of Lever's consent page come to. */

let db: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
});
afterAll(() => close());

const newLink = async (id: string): Promise<string> => {
  const now = Date.now();
  await createConnectLinks(db, testRing()).insert({
    link: {
      id,
      vendor: 'smg',
      customer: 'Acme',
      environment: 'production',
      connectionId: null,
      createdAt: now,
      expiresAt: now + 60_000,
    },
    tokenDigest: `token of ${id}`,
    referenceDigest: null,
    given: { credentials: {}, settings: {} },
  });
  return id;
};

/** Each as another process would. */
const taken = async (link: string, nonces: string[]): Promise<string[]> => {
  const all = nonces.map((nonce) => createConnectAnswers(db).take(link, nonce));
  return (await Promise.all(all)).sort();
};
const times = (count: number, what: string): string[] => Array<string>(count).fill(what);

test('of one answer that comes twenty times at once, one counts', async () => {
  const link = await newLink('lnk_same');
  expect(await taken(link, times(20, 'nonce'))).toEqual([...times(19, 'again'), 'taken']);
  expect(await taken(link, ['nonce'])).toEqual(['again']);
});

test('of twenty different ones at once six count, and no more rows are kept', async () => {
  const link = await newLink('lnk_many');
  const nonces = Array.from({ length: 20 }, (_, index) => `nonce ${index}`);
  expect(await taken(link, nonces)).toEqual([...times(6, 'taken'), ...times(14, 'tooOften')].sort());
  const rows = await db.kysely
    .selectFrom('connect_answers')
    .where('link_id', '=', link)
    .selectAll()
    .execute();
  expect(rows).toHaveLength(6);
  expect(await taken(await newLink('lnk_other'), ['nonce 0'])).toEqual(['taken']);
});

test('a link that is gone takes none, and leaves none behind', async () => {
  const link = await newLink('lnk_gone');
  await taken(link, ['nonce']);
  await createConnectLinks(db, testRing()).remove(link);
  expect(await taken(link, ['nonce', 'another'])).toEqual(['gone', 'gone']);
  const rows = await db.kysely
    .selectFrom('connect_answers')
    .where('link_id', '=', link)
    .selectAll()
    .execute();
  expect(rows).toEqual([]);
});
