import type { Deliveries } from '../../db/repositories/deliveries';
import type { Verdict } from '../../domain/records';
import { type Entry, entryBytes } from './recorder';
import type { RowBudget } from './row-budget';
import type { Tally } from './tally';

/** No type that anybody registered is longer; a header may be. */
const longestType = 200;

/**
 * What has been told to whom it concerns, or concerns nobody. Only where a run ends unseen before it noted such news are
 * they brought once more; without what they say they are held then, for a person to ask the vendor.
 */
const alreadyTold: readonly Verdict[] = ['ignored', 'ping', 'signalled'];

/** @returns puts an entry on record, as often as it takes; answers the verdict that stands there */
export function createWrite(deps: {
  record: Deliveries['record'];
  budget: RowBudget;
  tally: Tally;
}): (entry: Entry) => Promise<Verdict> {
  const nameOf = ({ arrival: { source, connectionId } }: Entry): string => `${source} ${connectionId}`;

  const keepsSaid = once((entry: Entry): boolean =>
    deps.budget.mayKeepSaid(nameOf(entry), entry.arrival.receivedAt, entryBytes(entry)),
  );
  /** A row of a repeat that says nothing would be taken for news of any stage. */
  const keepsRepeat = once((entry: Entry): boolean => {
    const keeps = deps.budget.mayKeepEffectless(nameOf(entry), entry.arrival.receivedAt) && keepsSaid(entry);
    if (!keeps) deps.tally.add(entry.arrival, 'duplicate');
    return keeps;
  });

  return async (entry) => {
    const { arrival, outcome } = entry;
    const isBare = entry.isBare === true || (alreadyTold.includes(outcome.verdict) && !keepsSaid(entry));
    const { request, body, ...note } = arrival;
    const row = {
      ...note,
      ...outcome,
      workflowId: outcome.workflowId ?? arrival.workflowId,
      contentType: request.headers['content-type']?.slice(0, longestType) ?? null,
      body: isBare ? null : body,
      // A refused vendor's message can never be replayed, so nothing but its body tells a person anything.
      request: isBare || outcome.verdict === 'rejected' ? null : request,
    };
    const { verdict } = await deps.record(row, () => keepsRepeat(entry));
    return verdict;
  };
}

/** Decides once of each entry: one that the database did not take after all is written again. */
function once(decide: (entry: Entry) => boolean): (entry: Entry) => boolean {
  const decided = new WeakMap<Entry, boolean>();
  return (entry) => {
    const known = decided.get(entry);
    if (known !== undefined) return known;
    const decision = decide(entry);
    decided.set(entry, decision);
    return decision;
  };
}
