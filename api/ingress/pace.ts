/**
 * How fast one run is told things. Temporal keeps what comes in during a workflow task, and beyond a hundred events ends the
 * task itself. The SDK then puts them before a local activity that was under way, though the run had heard them after it:
 * such a history cannot be replayed (decision 0033). A task lasts ten seconds at most, and a record takes
 * five of them at most. So what is too much waits on record, and comes from there a few at a time: they share a task.
 */
export interface Pace {
  /** A message that has just come in. While others of the same run wait, it waits behind them. */
  mayTell(workflowId: string, bytes: number, now?: number): boolean;
  /** One that has waited. */
  mayTellLater(workflowId: string, bytes: number, now?: number): boolean;
  /** Runs that are told nothing now of what waits for them: what waits for others comes first, and theirs in its order. */
  resting(now?: number): string[];
}

export interface PaceLimits {
  /** At once. */
  most: number;
  /** Of those that have waited, at once. */
  together: number;
  /** One more after this time. */
  everyMs: number;
}

/** In ten seconds 45, in five 35: two api processes stay below the hundred in the worst case of both. */
export const paceLimits: PaceLimits = { most: 25, together: 10, everyMs: 500 };

/** A longer message counts for several: Temporal also ends a task for more than two megabytes. */
const partBytes = 16 * 1024;

/** The run that was told nothing for longest is forgotten, and begins anew. */
const mostRuns = 10_000;

interface Told {
  left: number;
  at: number;
  /** It has been told all that it may, and not been left alone since. */
  isSpent: boolean;
  /** Some of those that wait are being told. */
  isServing: boolean;
}

export function createPace({ most, together, everyMs } = paceLimits, atMost = mostRuns): Pace {
  const runs = new Map<string, Told>();

  const present = (workflowId: string, now: number): Told => {
    const told = runs.get(workflowId) ?? { left: most, at: now, isSpent: false, isServing: false };
    const left = Math.min(most, told.left + Math.max(0, now - told.at) / everyMs);
    return { ...told, left, at: now, isSpent: told.isSpent && left < most };
  };

  const serves = ({ isSpent, isServing, left }: Told): boolean => !isSpent || isServing || left >= together;

  const keep = (workflowId: string, told: Told): void => {
    runs.delete(workflowId);
    runs.set(workflowId, told);
    for (const oldest of runs.keys()) {
      if (runs.size <= atMost) break;
      runs.delete(oldest);
    }
  };

  const take = (workflowId: string, bytes: number, now: number, isLate: boolean): boolean => {
    const told = present(workflowId, now);
    const cost = Math.min(most, Math.max(1, Math.ceil(bytes / partBytes)));
    const may = (isLate ? serves(told) : !told.isSpent) && told.left >= cost;
    const left = may ? told.left - cost : told.left;
    keep(workflowId, {
      ...told,
      left,
      isSpent: told.isSpent || !may,
      isServing: (isLate ? may : told.isServing) && left >= 1,
    });
    return may;
  };

  return {
    mayTell: (workflowId, bytes, now = Date.now()) => take(workflowId, bytes, now, false),
    mayTellLater: (workflowId, bytes, now = Date.now()) => take(workflowId, bytes, now, true),
    resting: (now = Date.now()) => [...runs.keys()].filter((workflowId) => !serves(present(workflowId, now))),
  };
}
