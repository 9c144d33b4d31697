import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { createOverflow } from '../../api/ingress/overflow';
import type { Database } from '../../db/database';
import { mostUnmatched } from '../../db/delivery-queue';
import { createDeliveries } from '../../db/repositories/deliveries';
import { createOverflows } from '../../db/repositories/overflows';
import { FulcrumError } from '../../domain/errors';
import { createLogger } from '../../platform/log';
import type { VendorNews } from '../../workflows/assessment/contract';
import { openTestDatabase } from '../helpers/database';
import { testRing } from '../helpers/keys';

/** Whatever is let go, each open invitation asks its vendor afterwards: not for each that went, and not never. */

const log = createLogger({ level: 'silent', name: 'test' });
let db: Database;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
});
afterAll(() => close());
beforeEach(async () => {
  await db.kysely.deleteFrom('deliveries').execute();
  await db.kysely.deleteFrom('unmatched_overflows').execute();
});

/** More callbacks of unknown runs come than are kept; those of before go. */
const overflow = (connectionId = 'con_1', source = 'smg') =>
  sql`insert into deliveries (id, source, connection_id, event_key, event, received_at, verdict, reference)
      select ${randomUUID()} || n, ${source}::text, ${connectionId}::text, n, 'completed', clock_timestamp(),
        'unmatched', 'nobody-' || n
      from generate_series(1, ${mostUnmatched + 7}::int) as n`.execute(db.kysely);
/** As if what is remembered had been that long ago. */
const minutesPass = (minutes: number) =>
  sql`update unmatched_overflows set gone_at = gone_at - make_interval(mins => ${minutes}),
      asked_at = asked_at - make_interval(mins => ${minutes})`.execute(db.kysely);

function hub(runs: number) {
  const state = {
    told: [] as { workflowId: string; news: VendorNews }[],
    tallies: [] as [string, number | undefined][],
    isAway: false,
    refuses: '',
  };
  const ids = Array.from({ length: runs }, (_, index) => `asm_${String(index).padStart(4, '0')}`);
  /** A process of the hub, as it has just started. */
  const started = () =>
    createOverflow({
      trim: createDeliveries(db, testRing()).trimUnmatched,
      takeAsk: createOverflows(db).takeAsk,
      tally: { add: ({ connectionId }, _verdict, count) => void state.tallies.push([connectionId, count]) },
      canBeAsked: (source) => source !== 'upwage',
      invitedRuns: async (_connection, behind, limit) =>
        ids
          .filter((id) => id > behind)
          .slice(0, limit)
          .map((assessmentId) => ({ assessmentId, workflowId: `run of ${assessmentId}` })),
      tell: async (workflowId, news) => {
        if (state.isAway) throw new FulcrumError('temporal.unavailable', 'away');
        if (workflowId === state.refuses) throw new FulcrumError('temporal.refused', 'no');
        state.told.push({ workflowId, news });
        return true;
      },
      log,
    });
  const step = started();
  const steps = async (count: number) => {
    for (let done = 0; done < count; done += 1) await step();
  };
  return { state, ids, step, steps, started };
}

test('each open invitation asks its vendor once, some with each step', async () => {
  const { state, ids, step, steps } = hub(120);
  await overflow();
  await step();
  expect(state.told).toHaveLength(50);
  await steps(5);
  expect(state.told.map(({ workflowId }) => workflowId)).toEqual(ids.map((id) => `run of ${id}`));
  expect(state.told[0]?.news).toMatchObject({
    event: { type: 'changed', unproven: true },
    vendorRef: null,
    delivery: {
      connectionId: 'con_1',
      source: 'smg',
      eventKey: expect.stringMatching(new RegExp(String.raw`^status-${ids[0]}-\d+$`)),
    },
  });
  expect(state.tallies).toEqual([['con_1', 7]]);
});

test('a flood that goes on has them ask again after an hour, no sooner', async () => {
  const { state, steps } = hub(1);
  for (let more = 0; more < 5; more += 1) {
    await overflow();
    await steps(1);
  }
  expect(state.told).toHaveLength(1);
  expect(state.tallies).toHaveLength(5);
  await minutesPass(61);
  await overflow();
  await steps(2);
  expect(state.told).toHaveLength(2);
});

test('what went within the hour is asked for when it is over, though nothing goes any more', async () => {
  const { state, steps } = hub(1);
  await overflow();
  await steps(2);
  await minutesPass(20);
  // It takes along what nobody asks about just now.
  await overflow();
  await steps(2);
  expect(state.told).toHaveLength(1);
  await minutesPass(30);
  await steps(2);
  expect(state.told).toHaveLength(1);
  await minutesPass(11);
  await steps(2);
  expect(state.told).toHaveLength(2);
  await minutesPass(1_000);
  await steps(2);
  expect(state.told).toHaveLength(2);
});

test('a start of the hub forgets neither whom to ask nor how far that has come', async () => {
  const { state, ids, step, started } = hub(70);
  await overflow();
  await step();
  expect(state.told).toHaveLength(50);
  await started()();
  expect(state.told.map(({ workflowId }) => workflowId)).toEqual(ids.map((id) => `run of ${id}`));
  await overflow();
  await started()();
  await minutesPass(61);
  await started()();
  expect(state.told).toHaveLength(120);
});

test('several processes ask each run once', async () => {
  const { state, started } = hub(40);
  await overflow();
  await Promise.all([1, 2, 3].map(() => started()()));
  expect(state.told).toHaveLength(40);
});

test('an outage loses nobody, a run that cannot be told holds up nobody, and one vendor cannot be asked', async () => {
  const { state, ids, step, steps } = hub(3);
  await overflow();
  state.isAway = true;
  await expect(step()).rejects.toMatchObject({ code: 'temporal.unavailable' });
  state.isAway = false;
  state.refuses = `run of ${ids[1]}`;
  await steps(3);
  expect(state.told.map(({ workflowId }) => workflowId)).toEqual([`run of ${ids[0]}`, `run of ${ids[2]}`]);
  await overflow('con_2', 'upwage');
  await steps(2);
  expect(state.told).toHaveLength(2);
});
