import type { EndReason } from './end-reasons';
import { endedFor } from './end-reasons';
import type { Lifecycle, Status } from './lifecycle';
import { canMoveAfterEnd, isTerminal } from './lifecycle';
import type { Reduction } from './reduction';
import { applied, ignored, moveTo } from './reduction';

/** What may still become of a run that is over: only along the table of moves after the end. */

function moveAfterEnd(state: Lifecycle, to: Status, reason: EndReason | null): Reduction {
  if (!canMoveAfterEnd(state.status, to)) {
    return ignored(`a run that ended as ${state.status} cannot become ${to}`);
  }
  return applied({ ...state, status: to, reason });
}

/** News after the end changed the verdict (decision 0012). */
export const amended = (
  state: Lifecycle,
  to: 'completed' | 'declined',
  reason: EndReason | null,
): Reduction => moveAfterEnd(state, to, reason);

/** Closes as unwritten what Lever was never told of (decision 0010). */
export function closedAsUnwritten(state: Lifecycle): Reduction {
  const reason = endedFor('end_unwritten', state.status);
  return isTerminal(state.status)
    ? moveAfterEnd(state, 'unwritten', reason)
    : moveTo(state, 'unwritten', reason);
}

/** Of a run that left without a word: what it had come to stays true, and only what was still open has failed. */
export const endedUnseen = (status: Status): Status =>
  isTerminal(status) || !canMoveAfterEnd(status, 'failed') ? status : 'failed';
