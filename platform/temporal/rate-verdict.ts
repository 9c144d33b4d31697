/** How the rate probe measures, and what its measure says. All times in ms. */

/**
 * The crowd: tasks of one key, queued first, at `perSecond`. A server that keeps the rate has handed out `mostKept` of them
 * at the end of the watch: two at once in each of four partitions, then the rate. One that does not keep it hands out
 * all of them in about 0.3 s. So many that each partition gets some: one with hardly any would let the others through
 * although nothing is fair (16 were seen, and reckoned, to be taken for fair once in 400 times).
 */
export const crowdSize = 32;
export const perSecond = 4;
/**
 * One task each of other keys, queued behind the crowd. With fairness they come among the first, without it the last.
 * Several, because with four partitions one may lie in a partition that got nothing of the crowd.
 */
export const othersCount = 6;
/** What has not come by then is not waited for: at the rate the whole crowd takes twice as long. */
export const watchMs = 3_500;

const mostKept = 2 * 4 + (perSecond * watchMs) / 1_000;
/** What comes later than this was held back, on a machine that answers within `answerMs`. */
const heldBackMs = 1_200;
/** Eight polls take 38 tasks in five round trips or six. */
const answerMs = 75;

export interface HandedOut {
  of: 'crowd' | 'others';
  /** Since the first was handed out. */
  atMs: number;
}

export type RateVerdict =
  /** Each key has its rate, and none waits for another. */
  | 'kept'
  /** Tasks come faster than the rate. */
  | 'exceeded'
  /** The rate is kept, but a key waits behind the queue of another. */
  | 'unfair'
  /** The server cannot be told a rate, or cannot run the probe. */
  | 'unsupported'
  /** Server or machine were too slow to tell a rate from slowness. */
  | 'unclear';

/**
 * @param handedOut in the order of time
 * @param answersMs how long the server took for calls that nothing holds back
 */
export function judgeRate(handedOut: readonly HandedOut[], answersMs: readonly number[]): RateVerdict {
  const crowd = handedOut.filter((task) => task.of === 'crowd');
  if (crowd.length === 0 || median(answersMs) > answerMs) return 'unclear';
  if (crowd.length > mostKept) return 'exceeded';
  return othersWaited(handedOut) ? 'unfair' : 'kept';
}

/** By the clock and by the order: what delays all of them does not let the crowd overtake the others. */
function othersWaited(handedOut: readonly HandedOut[]): boolean {
  const others = handedOut.filter((task) => task.of === 'others');
  if (others.length < othersCount) return true;
  const last = handedOut.findLastIndex((task) => task.of === 'others');
  const crowdBefore = handedOut.slice(0, last).filter((task) => task.of === 'crowd').length;
  return crowdBefore > 2 * perSecond && (handedOut[last]?.atMs ?? 0) > heldBackMs;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
}
