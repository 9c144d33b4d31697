import type { SweepDeps } from '../../../activities/sweeping';
import { createSweepRecords } from '../../../activities/sweeping';
import type { OpenRow } from '../../../db/repositories/sweep';
import type { SweepState } from '../../../db/repositories/sweep-memory';
import type { Ending } from '../../../domain/sweep';

/** What one look makes of rows and workflows; that both say the truth is shown on the real server. */

const run = (name: string): string => `assessment/smg/con_1/${name}/token`;
const rowOf = (name: string): OpenRow => ({ assessmentId: name, workflowId: run(name) });

interface Scene {
  /** Rows that are open, by name. */
  open?: string[];
  /** Rows of runs that the run "parent" has announced. */
  announced?: string[];
  /** Rows that are closed. */
  closed?: string[];
  /** Workflows on Temporal's list, which is late. */
  listed?: string[];
  /** How workflows ended; any other is open, and one that was announced is not begun. */
  ended?: Record<string, Ending>;
  claims?: string[];
  /** Assessments whose end the sweep found, and those whose amendment ended otherwise than by itself. */
  unseen?: string[];
  amended?: string[];
  news?: { deliveryId: string; workflowId: string }[];
  namespaces?: { known: string; found: string };
  state?: Partial<SweepState>;
}

function sceneOf(scene: Scene) {
  const raised: unknown[] = [];
  const asked: string[] = [];
  const notHere = (): never => {
    throw new Error('not here');
  };
  const announced = (scene.announced ?? []).map((name) => ({
    assessmentId: name,
    workflowId: `${run('parent')}/${name}`,
  }));
  const rows = [...(scene.open ?? []).map(rowOf), ...announced].sort((a, b) =>
    a.assessmentId < b.assessmentId ? -1 : 1,
  );
  const { known, found } = scene.namespaces ?? { known: 'ns-1', found: 'ns-1' };
  const deps: SweepDeps = {
    rows: {
      openRows: async (_since, { after, limit }) =>
        rows.filter(({ assessmentId }) => after === null || assessmentId > after).slice(0, limit),
      countOpen: async () => rows.length,
      closedAmong: async (ids) =>
        (scene.closed ?? []).map(rowOf).filter(({ workflowId }) => ids.includes(workflowId)),
      unnoted: async () => scene.news ?? [],
      close: notHere,
      reopen: notHere,
      waitingFor: notHere,
      unclaimedAmong: async () => [],
      takeBack: notHere,
      giveBack: notHere,
      closedRuns: notHere,
      unseenBetween: async () => scene.unseen ?? [],
    },
    memory: {
      state: async () => ({
        namespaceId: known,
        sweptAt: null,
        alarm: null,
        releasedRows: 0,
        ...scene.state,
      }),
      namespace: async () => known,
      raise: async (alarm) => void raised.push(alarm),
      looked: async () => undefined,
    },
    directory: { byId: () => null },
    claims: { active: async () => scene.claims ?? [], release: notHere },
    runs: {
      namespaceId: async () => found,
      openRuns: async () => new Set((scene.listed ?? []).map(run)),
      endingOf: async (workflowId) => {
        asked.push(workflowId);
        const [, , , name = '', , sibling] = workflowId.split('/');
        return scene.ended?.[sibling ?? name] ?? (sibling === undefined ? null : 'unknown');
      },
      tellEnding: notHere,
      endedAmendments: async () => new Set(scene.amended ?? []),
      wake: notHere,
    },
    log: { error: () => undefined, warn: () => undefined } as unknown as SweepDeps['log'],
  };
  const records = createSweepRecords(deps);
  const limit = { rows: 20, share: 0.05 };
  return { raised, asked, look: () => records.lookForLost({ quietMs: 0, limit }) };
}

const many = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${String(index).padStart(5, '0')}`);

test('only a run that is over for certain is lost; a list that is late decides nothing', async () => {
  const scene = sceneOf({ open: ['a', 'b', 'c'], listed: ['a'], ended: { c: 'terminated' } });
  expect(await scene.look()).toMatchObject({
    alarm: null,
    open: 3,
    lost: [{ ...rowOf('c'), ending: 'terminated' }],
  });
  expect(scene.asked).not.toContain(run('a'));
});

test('a run that was only announced is not lost while the one that announced it goes on', async () => {
  const look = (ended: Record<string, Ending>) => sceneOf({ announced: ['second'], ended }).look();
  expect(await look({})).toMatchObject({ lost: [] });
  expect(await look({ parent: 'completed' })).toMatchObject({
    lost: [{ assessmentId: 'second', ending: 'unknown' }],
  });
});

test('rows are gone through page by page', async () => {
  const open = many(2_500, 'run');
  const { lost } = await sceneOf({
    open,
    listed: open.slice(0, 2_499),
    ended: { [open[2_499] as string]: 'unknown' },
  }).look();
  expect(lost).toEqual([{ ...rowOf(open[2_499] as string), ending: 'unknown' }]);
});

describe('the limit', () => {
  const lost = many(21, 'lost');
  const ended = Object.fromEntries(lost.map((name) => [name, 'unknown' as const]));
  const open = [...lost, ...many(1_000, 'open')];
  const listed = many(1_000, 'open');

  test('stops a look that finds too many, and says how many', async () => {
    const scene = sceneOf({ open, listed, ended });
    expect(await scene.look()).toMatchObject({
      alarm: 'too_many',
      found: 21,
      lost: [],
      claimants: [],
      running: [],
      unnoted: [],
    });
    expect(scene.raised).toEqual([expect.objectContaining({ kind: 'too_many', rows: 21 })]);
  });

  test('stays on while anything is left, however little', async () => {
    const alarm = {
      kind: 'too_many' as const,
      reason: '',
      rows: 21,
      since: 1,
      examples: [],
      foundNamespaceId: null,
    };
    expect(
      await sceneOf({ open, ended: { 'lost-00000': 'unknown' }, listed, state: { alarm } }).look(),
    ).toMatchObject({ alarm: 'too_many' });
    expect(await sceneOf({ open, ended: {}, listed, state: { alarm } }).look()).toMatchObject({
      alarm: null,
    });
  });

  test('is off for as many as a person has released, and no more', async () => {
    const released = await sceneOf({ open, listed, ended, state: { releasedRows: 21 } }).look();
    expect(released.alarm).toBeNull();
    expect(released.lost).toHaveLength(21);
    expect(await sceneOf({ open, listed, ended, state: { releasedRows: 20 } }).look()).toMatchObject({
      alarm: 'too_many',
    });
  });
});

test('another Temporal server is asked nothing, and nothing is closed', async () => {
  const scene = sceneOf({
    open: ['a'],
    ended: { a: 'unknown' },
    namespaces: { known: 'ns-1', found: 'ns-2' },
  });
  expect(await scene.look()).toMatchObject({ alarm: 'other_server', lost: [] });
  expect(scene.asked).toEqual([]);
  expect(scene.raised).toEqual([expect.objectContaining({ kind: 'other_server', foundNamespaceId: 'ns-2' })]);
});

test('a row that is closed while its run goes on is to be opened, one that has just closed is not', async () => {
  const scene = sceneOf({
    closed: ['again', 'done'],
    listed: ['again', 'done'],
    ended: { done: 'completed' },
  });
  expect((await scene.look()).running).toEqual([rowOf('again')]);
});

describe('claims', () => {
  const sibling = `${run('parent')}/10002064`;

  test('of runs that are over or gone go, of open ones and of open rows they stay', async () => {
    const { claimants } = await sceneOf({
      open: ['lost'],
      listed: ['open'],
      ended: { gone: 'unknown', lost: 'failed' },
      claims: [run('open'), run('gone'), run('lost'), run('late')],
    }).look();
    expect(claimants).toEqual([run('gone')]);
  });

  test('of a run that has not begun stay while the one that claimed for it is open', async () => {
    const claims = [sibling];
    expect((await sceneOf({ claims, listed: ['parent'] }).look()).claimants).toEqual([]);
    expect((await sceneOf({ claims, ended: { parent: 'terminated' } }).look()).claimants).toEqual([sibling]);
  });
});

test('news are given back only by a run that is over', async () => {
  const news = [
    { deliveryId: 'dlv_1', workflowId: run('over') },
    { deliveryId: 'dlv_2', workflowId: run('over') },
    { deliveryId: 'dlv_3', workflowId: run('open') },
  ];
  const scene = sceneOf({ news, ended: { over: 'completed' } });
  expect((await scene.look()).unnoted).toEqual(['dlv_1', 'dlv_2']);
  expect(scene.asked.filter((id) => id === run('over'))).toHaveLength(1);
});
