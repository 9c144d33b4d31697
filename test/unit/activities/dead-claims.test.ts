import { createReconcileRecords } from '../../../activities/reconciling';
import type { ReconcileDeps } from '../../../activities/reconciling';

/** Which claims a look releases; that Temporal says the truth about runs is shown on the real server. */

const run = 'assessment/smg/con_1/opp_1/token';
const sibling = `${run}/10002064`;

async function released(holders: string[], listed: string[], open: string[]): Promise<string[]> {
  const gone: string[] = [];
  const notHere = (): never => {
    throw new Error('not here');
  };
  const records = createReconcileRecords({
    claims: {
      longActive: async () => holders,
      release: async (workflowId) => void gone.push(workflowId),
      ofOpportunities: notHere,
    },
    runs: { openOf: async () => new Set(listed), isOpen: async (id) => open.includes(id) },
    connections: {} as ReconcileDeps['connections'],
    deliveries: { moves: notHere, record: notHere },
    triggerStages: { set: notHere, lookedUntil: notHere },
    vendor: notHere,
  });
  const count = await records.releaseDeadClaims({ connectionId: 'con_1', olderThanMs: 1 });
  expect(count).toBe(gone.length);
  return gone;
}

test('a run that is over or gone gives its claims back, one that is open keeps them', async () => {
  expect(await released([run, 'assessment/smg/con_1/opp_2/token'], [run], [run])).toEqual([
    'assessment/smg/con_1/opp_2/token',
  ]);
});

test('a list that is late decides nothing', async () => {
  expect(await released([run], [], [run])).toEqual([]);
});

test('a run that was claimed for but has not begun keeps its claim while the one that claimed is open', async () => {
  expect(await released([sibling], [run], [run])).toEqual([]);
  expect(await released([sibling], [], [])).toEqual([sibling]);
});

test('a hundred are asked about in one look', async () => {
  const many = Array.from({ length: 130 }, (_, index) => `assessment/smg/con_1/opp_${index}/token`);
  expect(await released(many, [], [])).toEqual(many.slice(0, 100));
});
