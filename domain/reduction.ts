import type { EndReason } from './end-reasons';
import { canMove } from './lifecycle';
import type { Lifecycle, Status } from './lifecycle';
import type { Reduction, Request } from './reducer';

/** What every part of the reducer answers with. */

export const ignored = (reason: string): Reduction => ({ verdict: 'ignored', reason });

export const applied = (state: Lifecycle, requests: Request[] = []): Reduction => ({
  verdict: 'applied',
  state,
  requests,
});

/** Only along the table of transitions. */
export function moveTo(
  state: Lifecycle,
  to: Status,
  reason: EndReason | null = null,
  requests: Request[] = [],
): Reduction {
  if (!canMove(state.status, to)) return ignored(`a run that is ${state.status} cannot become ${to}`);
  return applied({ ...state, status: to, reason }, requests);
}
