import fc from 'fast-check';
import type { Plan, PlannedEffect } from '../../../domain/effects';
import type { EffectState, PlanProgress } from '../../../domain/plan-progress';

/** Plans of any shape that a vendor may write. */

const slots = fc.constantFrom('status', 'stage', undefined);

/** Up to seven effects; each waits for any of those before it. */
export const plans = (id: string): fc.Arbitrary<Plan> =>
  fc
    .array(fc.record({ slot: slots, after: fc.array(fc.nat({ max: 6 }), { maxLength: 3 }) }), {
      maxLength: 7,
    })
    .map((shapes) => ({
      id,
      trigger: 'started' as const,
      effects: shapes.map(({ slot, after }, index): PlannedEffect => {
        const needed = [...new Set(after.filter((other) => other < index))].map((other) => `e${other}`);
        return {
          kind: 'note',
          key: `e${index}`,
          text: 'x',
          ...(needed.length > 0 && { after: needed }),
          ...(slot !== undefined && { slot }),
        };
      }),
    }));

export const failure: EffectState & { state: 'failed' } = {
  state: 'failed',
  code: 'lever.not_found',
  message: 'gone',
  attempts: 3,
};

export const stateIn = (progress: PlanProgress, key: string): EffectState['state'] =>
  progress.effects[key]?.state ?? 'waiting';

export const isSettledIn = (progress: PlanProgress, key: string): boolean =>
  !['waiting', 'failed'].includes(stateIn(progress, key));
