import { createOverflow } from '../../../api/ingress/overflow';
import type { Trimmed } from '../../../db/delivery-queue';
import { FulcrumError } from '../../../domain/errors';
import { createLogger } from '../../../platform/log';
import type { VendorNews } from '../../../workflows/messages';

const log = createLogger({ level: 'silent', name: 'test' });

function hub(runs: number) {
  const state = {
    now: 3_600_000 * 500,
    trimmed: [] as Trimmed[],
    told: [] as { workflowId: string; news: VendorNews }[],
    tallies: [] as [string, number | undefined][],
    isAway: false,
    refuses: '',
  };
  const ids = Array.from({ length: runs }, (_, index) => `asm_${String(index).padStart(4, '0')}`);
  const step = createOverflow(
    {
      trim: async () => state.trimmed.splice(0),
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
    },
    () => state.now,
  );
  const steps = async (count: number) => {
    for (let done = 0; done < count; done += 1) await step();
  };
  return { state, ids, step, steps };
}

const gone = (change: Partial<Trimmed> = {}): Trimmed => ({
  connectionId: 'con_1',
  source: 'smg',
  count: 7,
  ...change,
});

test('each open invitation asks its vendor once, some with each step', async () => {
  const { state, ids, step, steps } = hub(120);
  state.trimmed.push(gone());
  await step();
  expect(state.told).toHaveLength(50);
  await steps(5);
  expect(state.told.map(({ workflowId }) => workflowId)).toEqual(ids.map((id) => `run of ${id}`));
  expect(state.told[0]?.news).toMatchObject({
    event: { type: 'changed', unproven: true },
    vendorRef: null,
    delivery: { connectionId: 'con_1', source: 'smg', eventKey: `status-${ids[0]}-500` },
  });
  expect(state.tallies).toEqual([['con_1', 7]]);
});

test('a flood that goes on has them ask again after an hour, no sooner', async () => {
  const { state, steps } = hub(1);
  for (let more = 0; more < 10; more += 1) {
    state.trimmed.push(gone());
    await steps(1);
  }
  expect(state.told).toHaveLength(1);
  expect(state.tallies).toHaveLength(10);
  state.now += 3_600_000;
  state.trimmed.push(gone());
  await steps(2);
  expect(state.told).toHaveLength(2);
});

test('an outage loses nobody, a run that cannot be told holds up nobody, and one vendor cannot be asked', async () => {
  const { state, ids, step, steps } = hub(3);
  state.trimmed.push(gone());
  state.isAway = true;
  await expect(step()).rejects.toMatchObject({ code: 'temporal.unavailable' });
  state.isAway = false;
  state.refuses = `run of ${ids[1]}`;
  await steps(3);
  expect(state.told.map(({ workflowId }) => workflowId)).toEqual([`run of ${ids[0]}`, `run of ${ids[2]}`]);
  state.trimmed.push(gone({ connectionId: 'con_2', source: 'upwage' }));
  await steps(2);
  expect(state.told).toHaveLength(2);
});
