import type { Claims } from '../db/repositories/claims';
import type { OpenRow, SweptRows } from '../db/repositories/sweep';
import type { SweepMemory } from '../db/repositories/sweep-memory';
import { amendmentWorkflowId, leverBucket, parseAssessmentWorkflowId, subjectPrefix } from '../domain/ids';
import type { RunIdentity } from '../domain/records';
import type { Ending, SweepAlarmKind, SweepTerms } from '../domain/sweep';
import { endingWords, exceedsSweepLimit } from '../domain/sweep';
import type { ActivityDeps } from './deps';

/** How rows are held against Temporal, and set right where a run has left without a last record, step by step. */

/** What one look came to; nothing was changed by it. */
export interface SweepFindings {
  /** Nothing may be closed until a person says so. */
  alarm: SweepAlarmKind | null;
  /** Rows that are open. */
  open: number;
  /** Runs that are over without having said so. */
  found: number;
  /** Their rows; none while there is an alarm. */
  lost: LostRow[];
  /** Rows that are closed although their run goes on. */
  running: OpenRow[];
  /** Runs that are under way again after a reset, and have not got their claims back. */
  unclaimed: string[];
  /** Workflows that are over, or were never begun, and hold a claim but have no open row. */
  claimants: string[];
  /** Assessments whose amendment ended over what it had to tell Lever, or never began. */
  untold: Untold[];
  /** Deliveries that were given to a run, or its amendment, which is over and never noted them. */
  unnoted: string[];
}

export interface Untold {
  assessmentId: string;
  ending: Ending;
  /** It was the amendment that ended. */
  ofAmendment: boolean;
}

export interface LostRow extends OpenRow {
  ending: Ending;
}

export interface SweepRecords {
  /** Compares the rows with Temporal's workflows. `quietMs`: what said something since is left to the next look. */
  lookForLost(input: SweepTerms): Promise<SweepFindings>;
  /** Closes these rows, has Lever be told, and wakes who waited for them; how many. */
  closeLost(input: { rows: LostRow[]; quietMs: number }): Promise<number>;
  /** Opens rows, gives claims back to runs and releases others, has news brought once more; how many of each. */
  setRight(
    input: Pick<SweepFindings, 'running' | 'unclaimed' | 'claimants' | 'untold' | 'unnoted'>,
  ): Promise<SetRight>;
}

export interface SetRight {
  reopened: number;
  claimsReleased: number;
  /** Ends that Lever is told once more. */
  toldAgain: number;
  newsGivenBack: number;
}

/** What Temporal says of runs, and what is said to them. */
export interface RunLookup {
  /** The id of the namespace; another server, or one that was set up anew, has another. */
  namespaceId(): Promise<string>;
  /** Workflow ids of all open runs; Temporal's list is a moment late. */
  openRuns(): Promise<Set<string>>;
  /** How a workflow ended, for certain; null while it is open, or where that cannot be told. */
  endingOf(workflowId: string): Promise<Ending | null>;
  /** Has the run's amendment show in Lever how it ended. `fairnessKey`: of the Lever account. */
  tellEnding(
    run: RunIdentity,
    how: { ending: Ending; reason: string; ofAmendment?: true; fairnessKey: string },
  ): Promise<void>;
  /** Assessments that have an amendment which ended otherwise than by itself since then (ms since 1970). */
  endedAmendments(since: number): Promise<Set<string>>;
  /** Has a run look at once whether what it waits for is over. */
  wake(workflowId: string): Promise<void>;
}

export interface SweepDeps extends Pick<ActivityDeps, 'log'> {
  directory: Pick<ActivityDeps['directory'], 'byId'>;
  rows: SweptRows;
  memory: Pick<SweepMemory, 'state' | 'namespace' | 'raise' | 'looked'>;
  claims: Pick<Claims, 'active' | 'release'>;
  runs: RunLookup;
}

const page = 1_000;
/** Asked for one by one in a look; what is left comes with the next. */
const mostAsked = 2_000;
const mostNews = 200;
/** For a person to look at. */
const mostExamples = 20;
/** A run that has written its last record may have one more step to do: its row is not opened for that. */
const settledMs = 30_000;
/** An amendment that ended longer ago than this was let go by a person. */
const toldWithinMs = 3_600_000;

export function createSweepRecords(deps: SweepDeps): SweepRecords {
  const { rows, memory, claims, directory, runs, log } = deps;

  /** A run that another has claimed for or announced may not have begun while that one is still at it. */
  const mayStillBegin = async (workflowId: string): Promise<boolean> => {
    const { assessmentRef } = parseAssessmentWorkflowId(workflowId) ?? {};
    if (assessmentRef === undefined) return false;
    return (await runs.endingOf(workflowId.slice(0, workflowId.lastIndexOf('/')))) === null;
  };

  const isDead = async (workflowId: string): Promise<boolean> =>
    (await runs.endingOf(workflowId)) !== null && !(await mayStillBegin(workflowId));

  /** Rows of runs that are over, and who of the open ones has no open row. */
  const compare = async (quietSince: number, open: Set<string>): Promise<LostRow[]> => {
    const lost: LostRow[] = [];
    let asked = 0;
    for (let after: string | null = null, more = true; more && asked < mostAsked;) {
      const some: OpenRow[] = await rows.openRows(quietSince, { after, limit: page });
      for (const row of some) {
        if (open.has(row.workflowId) || asked === mostAsked) continue;
        asked += 1;
        const ending = await runs.endingOf(row.workflowId);
        if (ending === null || (ending === 'unknown' && (await mayStillBegin(row.workflowId)))) continue;
        lost.push({ ...row, ending });
      }
      after = some.at(-1)?.assessmentId ?? after;
      more = some.length === page;
    }
    return lost;
  };

  const unclaimed = async (open: Set<string>): Promise<string[]> =>
    (await Promise.all(batches([...open]).map((some) => rows.unclaimedAmong(some)))).flat();

  const runningAgain = async (open: Set<string>, closedBefore: number): Promise<OpenRow[]> => {
    const found: OpenRow[] = [];
    for (const some of batches([...open])) {
      for (const row of await rows.closedAmong(some, closedBefore)) {
        if ((await runs.endingOf(row.workflowId)) === null) found.push(row);
      }
    }
    return found;
  };

  const deadClaimants = async (open: Set<string>, lost: readonly LostRow[], before: number) => {
    const isLost = new Set(lost.map(({ workflowId }) => workflowId));
    const holders = await claims.active(before);
    const suspects = holders.filter((id) => !open.has(id) && !isLost.has(id)).slice(0, mostAsked);
    const dead: string[] = [];
    for (const workflowId of suspects) if (await isDead(workflowId)) dead.push(workflowId);
    return dead;
  };

  /** What an amendment was to tell, and did not: somebody ended it, or it could not even be begun. */
  const untold = async (now: number, quietMs: number): Promise<Untold[]> => {
    const since = now - toldWithinMs;
    const ended = await runs.endedAmendments(since);
    const unseen = new Set(await rows.unseenBetween(since, now - quietMs));
    const found: Untold[] = [];
    for (const assessmentId of [...new Set([...ended, ...unseen])].slice(0, mostAsked)) {
      const ending = await runs.endingOf(amendmentWorkflowId(assessmentId));
      if (ending === null || ending === 'completed') continue;
      // Never begun: the hub was cut off between closing the row and that.
      if (ending !== 'unknown') found.push({ assessmentId, ending, ofAmendment: !unseen.has(assessmentId) });
      else if (unseen.has(assessmentId))
        found.push({ assessmentId, ending: 'completed', ofAmendment: false });
    }
    return found;
  };

  const unnoted = async (before: number): Promise<string[]> => {
    const ended = new Map<string, boolean>();
    const found: string[] = [];
    for (const { deliveryId, workflowId } of await rows.unnoted(before, mostNews)) {
      const known = ended.get(workflowId) ?? (await runs.endingOf(workflowId)) !== null;
      ended.set(workflowId, known);
      if (known) found.push(deliveryId);
    }
    return found;
  };

  const tell = (run: RunIdentity, ending: Ending, ofAmendment: boolean): Promise<void> => {
    const connection = directory.byId(run.connectionId) ?? { id: run.connectionId, leverAccountId: null };
    return runs.tellEnding(run, {
      ending,
      // As a worker of a release before 0.2 reads it, which may be the one that takes it.
      reason: endingWords[ending],
      fairnessKey: leverBucket(connection),
      ...(ofAmendment && { ofAmendment }),
    });
  };

  const nothing = { lost: [], running: [], unclaimed: [], claimants: [], untold: [], unnoted: [] };

  return {
    async lookForLost({ quietMs, brake, limit = brake }) {
      const now = Date.now();
      const met = await runs.namespaceId();
      const known = await memory.namespace(met);
      const open = await rows.countOpen();
      if (met !== known) {
        const reason = `Temporal is another server, or was set up anew: its namespace is ${met}, and the runs are in ${known}`;
        await memory.raise({ kind: 'other_server', reason, rows: 0, examples: [], foundNamespaceId: met });
        log.error({ known, met }, 'the sweep closes nothing: it met another Temporal server');
        return { ...nothing, alarm: 'other_server', open, found: 0 };
      }
      const running = await runs.openRuns();
      const lost = await compare(now - quietMs, running);
      const { alarm, releasedRows } = await memory.state();
      const isTooMany = exceedsSweepLimit(lost.length, open, limit) && lost.length > releasedRows;
      // Once raised it stays, whatever is left of it, until there is nothing to decide any more.
      if (isTooMany || (alarm?.kind === 'too_many' && lost.length > 0)) {
        const reason = `${lost.length} of ${open} open runs are over in Temporal without having said so: is the server restored, or emptied?`;
        const examples = lost.slice(0, mostExamples).map(({ assessmentId }) => assessmentId);
        await memory.raise({
          kind: 'too_many',
          reason,
          rows: lost.length,
          examples,
          foundNamespaceId: null,
        });
        log.error({ lost: lost.length, open }, 'the sweep closes nothing: too many runs ended unseen');
        return { ...nothing, alarm: 'too_many', open, found: lost.length };
      }
      const look: SweepFindings = {
        alarm: null,
        open,
        found: lost.length,
        lost,
        running: await runningAgain(running, now - settledMs),
        unclaimed: await unclaimed(running),
        claimants: await deadClaimants(running, lost, now - quietMs),
        untold: await untold(now, quietMs),
        unnoted: await unnoted(now - quietMs),
      };
      await memory.looked({ allIsWell: lost.length === 0 });
      return look;
    },

    async closeLost({ rows: lost, quietMs }) {
      let closed = 0;
      for (const row of lost) {
        const run = await rows.close(row, row.ending, Date.now() - quietMs);
        if (run === null) continue;
        closed += 1;
        const { assessmentId, connectionId } = run;
        log.warn(
          { assessmentId, connectionId, ending: row.ending },
          'a run had ended unseen: its row is closed',
        );
        await tell(run, row.ending, false);
        for (const id of await rows.waitingFor(run, subjectPrefix(run.workflowId))) await runs.wake(id);
      }
      return closed;
    },

    async setRight({ running, unclaimed: claimless, claimants, untold: silent, unnoted: news }) {
      let reopened = 0;
      for (const workflowId of claimless) await rows.takeBack(workflowId);
      for (const row of running) if (await rows.reopen(row, Date.now() - settledMs)) reopened += 1;
      for (const workflowId of claimants) await claims.release(workflowId);
      const closed = await rows.closedRuns(silent.map(({ assessmentId }) => assessmentId));
      for (const { assessmentId, ending, ofAmendment } of silent) {
        const run = closed.find((one) => one.assessmentId === assessmentId);
        if (run !== undefined) await tell(run, ending, ofAmendment);
      }
      return {
        reopened,
        claimsReleased: claimants.length,
        toldAgain: closed.length,
        newsGivenBack: await rows.giveBack(news),
      };
    },
  };
}

const batches = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / page) }, (_, index) =>
    all.slice(index * page, (index + 1) * page),
  );
