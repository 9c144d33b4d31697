import type { EndReason } from './end-reasons';
import type { Lifecycle, Status } from './lifecycle';
import { canMove } from './lifecycle';
import type { Command, Reduction } from './reducer';

/** What every part of the reducer answers with. */

export const ignored = (reason: string): Reduction => ({ outcome: 'ignored', reason });

export const applied = (state: Lifecycle, commands: Command[] = []): Reduction => ({
  outcome: 'applied',
  state,
  commands,
});

/** Only along the table of transitions. */
export function moveTo(
  state: Lifecycle,
  to: Status,
  reason: EndReason | null = null,
  commands: Command[] = [],
): Reduction {
  if (!canMove(state.status, to)) return ignored(`a run that is ${state.status} cannot become ${to}`);
  return applied({ ...state, status: to, reason }, commands);
}
