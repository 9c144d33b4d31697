import type { Deliveries } from '../../db/repositories/deliveries';
import type { Verdict } from '../../domain/records';
import type { Entry } from './recorder';
import type { RowBudget } from './row-budget';
import type { Tally } from './tally';

/** No type that anybody registered is longer; a header may be. */
const longestType = 200;

/** @returns puts an entry on record, as often as it takes; answers the verdict that stands there */
export function createWrite(deps: {
  record: Deliveries['record'];
  budget: RowBudget;
  tally: Tally;
}): (entry: Entry) => Promise<Verdict> {
  /** Decided once of each entry: one that the database did not take after all is written again. */
  const decided = new WeakMap<Entry, boolean>();

  const keepsRepeat = (entry: Entry): boolean => {
    const { source, connectionId, receivedAt } = entry.arrival;
    const known = decided.get(entry);
    if (known !== undefined) return known;
    const keeps = deps.budget.mayKeepEffectless(`${source} ${connectionId}`, receivedAt);
    if (!keeps) deps.tally.add(entry.arrival, 'duplicate');
    decided.set(entry, keeps);
    return keeps;
  };

  return async (entry) => {
    const { arrival, outcome, isBare } = entry;
    const { request, body, ...note } = arrival;
    const row = {
      ...note,
      ...outcome,
      workflowId: outcome.workflowId ?? arrival.workflowId,
      contentType: request.headers['content-type']?.slice(0, longestType) ?? null,
      body: isBare ? null : body,
      // A refused vendor's message can never be replayed, so nothing but its body tells a person anything.
      request: outcome.verdict === 'rejected' ? null : request,
    };
    const { verdict } = await deps.record(row, () => keepsRepeat(entry));
    return verdict;
  };
}
