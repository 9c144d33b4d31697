import { type Connection, findStage } from './connection';
import type { DeliveryReasonCode } from './delivery-reasons';
import { isUnseen, type SkipReason } from './events';
import type { Verdict } from './records';

/** How moves that no webhook told of are found, and what holds them back (decision 0005). Times in ms since 1970. */

/** Nobody is mass-invited by accident: what is older, or more at once, waits for a person. */
export const backfillLimits = { tooOldMs: 72 * 3_600_000, tooMany: 50 } as const;

/** Why a delivery is held although its connection is active: only a person lets it go on. */
export type BackfillLimit = Extract<DeliveryReasonCode, 'too_old' | 'too_many'>;

/** Which of the waiting go on by themselves; with too many of them none does. */
export function backfillLimitReached(age: number, waiting: number): BackfillLimit | null {
  if (waiting > backfillLimits.tooMany) return 'too_many';
  return age > backfillLimits.tooOldMs ? 'too_old' : null;
}

/** How far a look goes back behind the one before: Lever's list, and its clock, may lag behind ours. */
const overlapMs = 10 * 60_000;

/** What is known of a trigger stage. */
export interface TriggerStage {
  stageId: string;
  /** When it became a trigger stage. */
  activatedAt: number;
  /** Everybody who entered before was dealt with; null before the first look. */
  scannedUntil: number | null;
}

/** What a look asks Lever about one stage. */
export interface StageScan {
  stageId: string;
  /** Who entered before is none of ours, however late it shows. */
  floor: number;
  /** Lever is asked for everybody who advanced since. */
  since: number;
}

/** @param firstHeardAt when Lever sent the connection its first event (decision 0005) */
export function scanOf(stage: TriggerStage, firstHeardAt: number): StageScan {
  const floor = Math.max(stage.activatedAt, firstHeardAt);
  return {
    stageId: stage.stageId,
    floor,
    since: stage.scannedUntil === null ? floor : Math.max(stage.scannedUntil - overlapMs, floor),
  };
}

/** Ids of the stages that the settings name, as far as the account has them. */
export const triggerStageIds = (
  connection: Pick<Connection, 'stages'>,
  names: readonly string[],
): string[] => [...new Set(names.flatMap((name) => findStage(connection.stages, name)?.id ?? []))];

/** Somebody stands in a trigger stage. */
export interface Entry {
  opportunityId: string;
  stageId: string;
  enteredAt: number;
}

/** Each once, whoever was met on two pages; without those who came before the floor, or after `until`. */
export function entriesOf(found: readonly Entry[], look: StageScan, until: number): Entry[] {
  const ours = found.filter(({ enteredAt }) => enteredAt >= look.floor && enteredAt <= until);
  return [...new Map(ours.map((entry) => [entry.opportunityId, entry])).values()];
}

/** A delivery about a move of somebody, as far as it tells whether an entry was answered. */
export interface KnownMove {
  opportunityId: string;
  /** Null where its message is not kept, or cannot be read. */
  toStageId: string | null;
  eventKey: string;
  receivedAt: number;
  verdict: Verdict;
  workflowId: string | null;
  /** Why the run that it started invited nobody; null: it did, or goes on, or there is none. */
  skipReason: SkipReason | null;
}

/** A stage change that a run has answered. */
export interface AnsweredChange {
  opportunityId: string;
  stageChangedAt: number;
  workflowId: string;
}

/**
 * Verdicts by which a delivery was dealt with, or will be. One that was ignored or rejected was not: had the stage not
 * been a trigger then, the floor would keep its entry out.
 */
export const dealtWith = [
  'started',
  'duplicate',
  'pending',
  'held',
  'discarded',
] as const satisfies readonly Verdict[];

/** Lever's clock and ours may differ by this much. */
export const clockToleranceMs = 2 * 60_000;

const ownKey = /^r-/;

/**
 * Whether somebody has answered an entry, or will. A claim on its very time says so for certain. Without one (the run
 * looks still, was skipped, or its delivery waits) a delivery about a move into this stage that came after the entry
 * says it: whenever it is acted on, the run reads the opportunity as it is then, and so answers this entry. But a run
 * that holds a claim of another time has answered that one, and one that Lever never showed the move has answered none.
 * What an earlier look stored names its entry exactly.
 *
 * A wrong "no" costs a run that the claim stops; a wrong "yes" costs a candidate. So whatever is doubtful is a no, but
 * for deliveries whose message is gone.
 * @param key under which a look stores this entry
 */
export function isAnswered(
  entry: Entry,
  key: string,
  moves: readonly KnownMove[],
  answered: readonly AnsweredChange[],
): boolean {
  const claims = answered.filter(({ opportunityId }) => opportunityId === entry.opportunityId);
  if (claims.some(({ stageChangedAt }) => stageChangedAt === entry.enteredAt)) return true;
  return moves.some((move) => {
    if (move.opportunityId !== entry.opportunityId) return false;
    if (!(dealtWith as readonly Verdict[]).includes(move.verdict)) return false;
    if (ownKey.test(move.eventKey)) return move.eventKey === key;
    if (move.skipReason !== null && isUnseen(move.skipReason)) return false;
    if (move.toStageId !== null && move.toStageId !== entry.stageId) return false;
    if (move.receivedAt < entry.enteredAt - clockToleranceMs) return false;
    return !claims.some(({ workflowId }) => workflowId === move.workflowId);
  });
}

/**
 * The event key of a found entry: fits Lever's own ids, the same at each look, and another for everybody moved in the
 * same millisecond. @param digest of the opportunity's id, as hex
 */
export function entryKey(entry: Entry, digest: string): string {
  const stage = entry.stageId.replace(/[^\w.:-]/g, '_').slice(0, 64);
  return `r-${stage}-${entry.enteredAt}-${digest.slice(0, 8)}`;
}
