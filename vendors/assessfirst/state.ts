import type { VendorFinding } from '../../domain/events';
import type { RunReference } from '../define';
import { demandedQuestionnaires, questionnaires } from './models';
import { resultsOf } from './requests';
import type { AssessFirstCall, Results } from './wire';
import { timeOf } from './wire';

/** How far a candidate has come, as the results tell it. */

const states = ['sent', 'accepted', 'in_progress', 'completed', 'declined', 'expired', 'cancelled'] as const;

/** What AssessFirst says of the whole; a word that nobody has agreed on says nothing. */
const stateOf = (results: Results): (typeof states)[number] | null =>
  states.find((state) => state === results.status?.toLowerCase()) ?? null;

/**
 * Which questionnaires count, where all of them are completed; null before that, whatever AssessFirst calls it. Where it says
 * nothing of single ones, its word for the whole has to do, and the other way round.
 */
export async function completedSet(call: AssessFirstCall, results: Results): Promise<string[] | null> {
  const state = stateOf(results);
  const saysNothingElse = Object.keys(results.assessments).length === 0;
  if (state === null ? saysNothingElse : state !== 'completed') return null;
  const demanded = await demandedQuestionnaires(call, results.predictive_model?.uuid ?? null);
  if (saysNothingElse) return demanded;
  return demanded.every((name) => isDone(results, name)) ? demanded : null;
}

function isDone(results: Results, name: string): boolean {
  const { status: word = null, completed_at: at = null } = results.assessments[name] ?? {};
  return word === null ? timeOf(at) !== null : word.toLowerCase() === 'completed';
}

/** When the last questionnaire was completed, ms since 1970. */
export function completedAt(results: Results): number | null {
  const times = Object.values(results.assessments)
    .map((one) => timeOf(one?.completed_at))
    .filter((at) => at !== null);
  return times.length === 0 ? null : Math.max(...times);
}

/** What AssessFirst's present state amounts to. */
export async function status(call: AssessFirstCall, run: RunReference): Promise<VendorFinding[]> {
  const results = await resultsOf(call, run);
  const state = stateOf(results);
  switch (state) {
    case 'sent':
      return [];
    case 'accepted':
    case 'in_progress':
      return progressOf(results, true);
    case 'completed':
    case null: {
      if ((await completedSet(call, results)) === null) return progressOf(results, state !== null);
      const at = completedAt(results);
      return [{ type: 'completed', ...(at !== null && { at }) }];
    }
    case 'declined':
    case 'expired':
      return [{ type: state }];
    case 'cancelled':
      return [{ type: state, reason: 'it was cancelled at AssessFirst' }];
  }
}

/** Who has completed one has begun, whatever else is said. */
function progressOf(results: Results, hasBegun: boolean): VendorFinding[] {
  const steps = questionnaires
    .filter((name) => isDone(results, name))
    .map((step): VendorFinding => {
      const at = timeOf(results.assessments[step]?.completed_at);
      return { type: 'progress', step, ...(at !== null && { at }) };
    });
  return hasBegun || steps.length > 0 ? [{ type: 'started' }, ...steps] : [];
}
