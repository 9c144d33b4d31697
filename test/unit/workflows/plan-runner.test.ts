import type { Plan, PlannedEffect } from '../../../domain/effects';
import { noTraces } from '../../../domain/traces';
import { swapStatus } from '../../../vendors/plan-kit';
import type { PlanChange } from '../../../workflows/assessment/effect-runner';
import type { Ledger } from '../../../workflows/assessment/ledger';
import type { LeverAccess } from '../../../workflows/assessment/lever-access';
import { SuspendLimitReached } from '../../../workflows/assessment/lever-access';
import { PlanRunner } from '../../../workflows/assessment/plan-runner';
import { ModelLever } from './model-lever';
import { breathe } from './run-model';

// The only thing of the SDK that a plan runner needs outside the sandbox: waiting for a condition.
jest.mock('@temporalio/workflow', () => ({
  ...jest.requireActual<object>('@temporalio/workflow'),
  condition: async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
  },
}));

function setUp(tags: string[] = [], access?: LeverAccess) {
  const lever = new ModelLever(tags, () => {});
  const changes: PlanChange[] = [];
  /** Plans whose last effect was asked for the run's last records. */
  const asked: string[] = [];
  let isEnding = false;
  const runner = new PlanRunner(
    { assessmentId: 'a', connectionId: 'c', opportunityId: 'o' },
    lever.activities,
    access ?? ({ during: (request: () => Promise<unknown>) => request() } as LeverAccess),
    { takePending: () => null, restoreUnwritten: () => {} } as unknown as Ledger,
    {
      changed: (change) => void changes.push(change),
      traces: () => noTraces,
      hasEnded: () => isEnding,
      lastRecords: (planId) => (asked.push(planId), null),
    },
    [],
  );
  /** Ends the one request under way, and lets everything happen that follows from it. */
  const answer = async (ending: 'done' | 'refused'): Promise<void> => {
    await breathe();
    expect(lever.pending).toHaveLength(1);
    lever.answer(0, ending);
    await breathe();
  };
  const underWay = () => lever.pending.map(({ call }) => call.effectId);
  const end = (): void => void (isEnding = true);
  return { lever, runner, changes, answer, underWay, asked, end };
}

const plan = (id: string, ...effects: PlannedEffect[]): Plan => ({ id, trigger: 'started', effects });
const move: PlannedEffect = { kind: 'stage', key: 'stage', stageId: 'results' };
const completed = plan('completed', ...swapStatus(['Completed'], ['In progress']), {
  ...move,
  after: ['clear-status', 'status'],
});

describe('the plan runner', () => {
  it('starts a plan only when the one before has come to rest', async () => {
    const { runner, answer, underWay } = setUp();
    runner.add(plan('one', move));
    runner.add(plan('two', move));
    await breathe();
    expect(underWay()).toEqual(['one/stage']);
    await answer('done');
    expect(underWay()).toEqual(['two/stage']);
    await answer('done');
    expect(runner.snapshot()).toEqual([]);
  });

  it('takes a plan once, however often it is given', async () => {
    const { runner, answer, underWay } = setUp();
    runner.add(plan('one', move));
    runner.add(plan('one', move));
    await answer('done');
    expect(underWay()).toEqual([]);
  });

  it('keeps a failed effect for a person, who may have it tried again', async () => {
    const { lever, runner, changes, answer } = setUp(['In progress']);
    runner.add(completed);
    await answer('refused');
    expect(runner.failed).toMatchObject([
      { id: 'completed/clear-status', failure: { code: 'lever.not_found' } },
    ]);
    expect(lever.tags).toEqual(new Set(['In progress']));

    const retried = runner.retry('completed/clear-status');
    await answer('done');
    await answer('done');
    await answer('done');
    await retried;
    expect(lever).toMatchObject({ tags: new Set(['Completed']), stageId: 'results' });
    expect(runner.failed).toEqual([]);
    expect(changes).toContainEqual({
      what: 'settled',
      effectId: 'completed/clear-status',
      how: 'is tried again',
    });
  });

  it('never sets a status beside one whose removal was dismissed, but goes on behind it', async () => {
    const { lever, runner, answer, underWay } = setUp(['In progress']);
    runner.add(completed);
    await answer('refused');
    void runner.dismiss('completed/clear-status', 'Kim', 'done by hand');
    await breathe();
    expect(underWay()).toEqual(['completed/stage']);
    await answer('done');
    expect(lever).toMatchObject({ tags: new Set(['In progress']), stageId: 'results' });
    expect(runner.snapshot()).toEqual([]);
  });

  it('leaves nothing to wake up later when nobody came', async () => {
    const { lever, runner, changes, answer, underWay } = setUp(['In progress']);
    runner.add(completed);
    await answer('refused');
    runner.dismissAll('nobody came');
    expect(runner.failed).toEqual([]);
    expect(changes.at(-1)).toMatchObject({ what: 'settled', effectId: 'completed/clear-status' });
    runner.add(plan('later', { kind: 'note', key: 'note', text: 'x' }));
    await breathe();
    expect(underWay()).toEqual(['later/note']);
    await answer('done');
    expect(lever).toMatchObject({ tags: new Set(['In progress']), stageId: 'trigger' });
    expect(runner.snapshot()).toEqual([]);
  });

  it('goes on from where another history left it', async () => {
    const before = setUp(['In progress']);
    before.runner.add(completed);
    await before.answer('refused');
    const carried = JSON.parse(JSON.stringify(before.runner.snapshot())) as ReturnType<
      PlanRunner['snapshot']
    >;
    const after = new PlanRunner(
      { assessmentId: 'a', connectionId: 'c', opportunityId: 'o' },
      before.lever.activities,
      { during: (request: () => Promise<unknown>) => request() } as LeverAccess,
      { takePending: () => null, restoreUnwritten: () => {} } as unknown as Ledger,
      { changed: () => {}, traces: () => noTraces, hasEnded: () => false, lastRecords: () => null },
      carried,
    );
    expect(after.failed.map(({ id }) => id)).toEqual(['completed/clear-status']);
    void after.retry('completed/clear-status');
    await before.answer('done');
    expect(before.lever.tags).toEqual(new Set());
  });

  it('asks for the last records with the very last effect, and with no other', async () => {
    const { runner, answer, asked } = setUp(['In progress']);
    runner.add(completed);
    await answer('done');
    expect(asked).toEqual([]);
    await answer('done');
    // The third of three is under way.
    expect(asked).toEqual(['completed']);
  });

  it('lets the last of several go alone, when the run is over but for them', async () => {
    const { lever, runner, answer, underWay, asked, end } = setUp(['In progress']);
    end();
    runner.add(plan('two', move, { kind: 'addTags', key: 'tag', tags: ['a'] }));
    await breathe();
    expect(underWay()).toEqual(['two/stage']);
    await answer('done');
    expect(underWay()).toEqual(['two/tag']);
    expect(asked).toEqual(['two']);
    await answer('done');
    expect(lever.tags).toContain('a');
  });

  it('asks for none while two are under way, or one waits for a person', async () => {
    const both = setUp();
    both.runner.add(plan('two', move, { kind: 'addTags', key: 'tag', tags: ['a'] }));
    await breathe();
    expect(both.asked).toEqual([]);

    const failed = setUp(['In progress']);
    failed.runner.add(plan('one', { kind: 'addTags', key: 'tag', tags: ['a'] }));
    await failed.answer('refused');
    failed.runner.add(plan('two', move));
    await breathe();
    expect(failed.asked).toEqual(['one']);
  });

  it('gives up when Lever stays closed', async () => {
    const closed = { during: () => Promise.reject(new SuspendLimitReached()) } as unknown as LeverAccess;
    const { runner } = setUp([], closed);
    runner.add(completed);
    await breathe();
    expect(runner).toMatchObject({ hasReachedSuspendLimit: true, isBusy: false });
  });
});
