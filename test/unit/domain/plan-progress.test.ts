import fc from 'fast-check';
import type { Plan, PlannedEffect } from '../../../domain/effects';
import type { PlanProgress } from '../../../domain/plan-progress';
import {
  abandonFailed,
  dismissEffect,
  failedEffects,
  isFinished,
  openPlan,
  readyEffects,
  setEffect,
  supersede,
} from '../../../domain/plan-progress';
import { failure, isSettledIn, plans, stateIn } from './plans';

/** What becomes of the next effect: which of the ready ones, and how it ends. */
interface Turn {
  pick: number;
  fails: boolean;
}
const turns = fc.array(fc.record({ pick: fc.nat(), fails: fc.boolean() }), { maxLength: 10 });

/** The progress after some turns; every state on the way is shown to `look`. */
function play(plan: Plan, course: readonly Turn[], look: (progress: PlanProgress) => void = () => {}) {
  let progress = openPlan(plan);
  look(progress);
  for (const { pick, fails } of course) {
    const ready = readyEffects(progress);
    const effect = ready[pick % Math.max(ready.length, 1)];
    if (effect === undefined) break;
    progress = setEffect(progress, effect.key, fails ? failure : { state: 'done' });
    look(progress);
  }
  return progress;
}

const keys = (effects: readonly PlannedEffect[]): string[] => effects.map(({ key }) => key);
const by = { by: 'Kim', reason: 'not needed' };

describe('the progress of a plan', () => {
  it('offers no effect before everything that it waits for is settled', () => {
    fc.assert(
      fc.property(plans('a'), turns, (plan, course) => {
        play(plan, course, (progress) => {
          for (const effect of readyEffects(progress)) {
            expect(stateIn(progress, effect.key)).toBe('waiting');
            expect((effect.after ?? []).filter((needed) => !isSettledIn(progress, needed))).toEqual([]);
          }
        });
      }),
    );
  });

  it('comes to its end when every effect succeeds, in any order', () => {
    fc.assert(
      fc.property(plans('a'), fc.array(fc.nat(), { minLength: 7, maxLength: 7 }), (plan, picks) => {
        const progress = play(
          plan,
          picks.map((pick) => ({ pick, fails: false })),
        );
        expect(readyEffects(progress)).toEqual([]);
        expect(isFinished(progress)).toBe(true);
        expect(failedEffects([progress])).toEqual([]);
      }),
    );
  });

  it('stands still only when it is finished or somebody has to help', () => {
    fc.assert(
      fc.property(plans('a'), turns, (plan, course) => {
        play(plan, course, (progress) => {
          const stands = readyEffects(progress).length === 0;
          if (stands) expect(isFinished(progress) || failedEffects([progress]).length > 0).toBe(true);
          if (isFinished(progress)) expect(stands).toBe(true);
        });
      }),
    );
  });

  it('goes on where it failed once the effect is tried again', () => {
    fc.assert(
      fc.property(plans('a'), turns, (plan, course) => {
        let progress = play(plan, course);
        for (let round = 0; round < 20 && !isFinished(progress); round += 1) {
          for (const { effect } of failedEffects([progress])) {
            progress = setEffect(progress, effect.key, { state: 'waiting' });
          }
          for (const effect of readyEffects(progress)) {
            progress = setEffect(progress, effect.key, { state: 'done' });
          }
        }
        expect(keys(plan.effects).map((key) => stateIn(progress, key))).toEqual(
          plan.effects.map(() => 'done'),
        );
      }),
    );
  });

  it('names each failed effect by the id that an operator uses', () => {
    const plan: Plan = {
      id: 'completed',
      trigger: 'completed',
      effects: [{ kind: 'note', key: 'note', text: 'x' }],
    };
    const failed = failedEffects([setEffect(openPlan(plan), 'note', failure)]);
    expect(failed).toEqual([{ id: 'completed/note', effect: plan.effects[0], failure }]);
  });
});

describe('an effect that is dismissed', () => {
  it('lets go what waited for it, but for the same slot', () => {
    fc.assert(
      fc.property(plans('a'), turns, (plan, course) => {
        const before = play(plan, course);
        for (const { effect } of failedEffects([before])) {
          const after = dismissEffect(before, effect.key, by);
          expect(after.effects[effect.key]).toEqual({ state: 'dismissed', ...by });
          for (const other of plan.effects.filter(({ key }) => key !== effect.key)) {
            const changed = stateIn(after, other.key) !== stateIn(before, other.key);
            if (!changed) continue;
            expect(other.slot).toBe(effect.slot);
            expect(stateIn(after, other.key)).toBe('dismissed');
            expect(isSettledIn(before, other.key)).toBe(false);
          }
        }
      }),
    );
  });

  it('never lets a status tag appear beside the one that could not be taken away', () => {
    const plan: Plan = {
      id: 'completed',
      trigger: 'completed',
      effects: [
        { kind: 'removeTags', key: 'clear-status', slot: 'status', tags: ['In progress'] },
        { kind: 'addTags', key: 'status', slot: 'status', tags: ['Completed'], after: ['clear-status'] },
        { kind: 'stage', key: 'stage', stageId: 's', after: ['clear-status', 'status'] },
      ],
    };
    const progress = dismissEffect(setEffect(openPlan(plan), 'clear-status', failure), 'clear-status', by);
    expect(stateIn(progress, 'status')).toBe('dismissed');
    expect(keys(readyEffects(progress))).toEqual(['stage']);
  });
});

describe('failed effects that nobody came for', () => {
  it('are given up with all that waited for them; the rest goes on', () => {
    fc.assert(
      fc.property(plans('a'), turns, (plan, course) => {
        const before = play(plan, course);
        const after = abandonFailed(before, { by: 'fulcrum', reason: 'nobody came' });
        expect(failedEffects([after])).toEqual([]);
        expect(keys(readyEffects(after))).toEqual(keys(readyEffects(before)));
        for (const key of keys(plan.effects).filter((one) => isSettledIn(before, one))) {
          expect(after.effects[key]).toEqual(before.effects[key]);
        }
      }),
    );
  });

  it('leave nothing that could wake up later', () => {
    fc.assert(
      fc.property(plans('a'), turns, (plan, course) => {
        const stuck = play(plan, [...course, ...Array.from({ length: 7 }, () => ({ pick: 0, fails: true }))]);
        expect(isFinished(abandonFailed(stuck, { by: 'fulcrum', reason: 'nobody came' }))).toBe(true);
      }),
    );
  });
});

describe('a plan that sets what an earlier one set', () => {
  it('supersedes what is undone there, for good, and nothing else', () => {
    fc.assert(
      fc.property(plans('a'), plans('b'), turns, (earlier, next, course) => {
        const before = play(earlier, course);
        const [after] = supersede([before], next) as [PlanProgress];
        const taken = new Set(next.effects.map(({ slot }) => slot).filter((slot) => slot !== undefined));
        for (const effect of earlier.effects) {
          const isTaken = effect.slot !== undefined && taken.has(effect.slot);
          const expected =
            isTaken && !isSettledIn(before, effect.key) ? 'superseded' : stateIn(before, effect.key);
          expect(stateIn(after, effect.key)).toBe(expected);
        }
        const offered = new Set(keys(readyEffects(after)));
        expect(
          keys(earlier.effects).filter((key) => offered.has(key) && stateIn(after, key) !== 'waiting'),
        ).toEqual([]);
        expect(supersede([after], next)).toEqual([after]);
      }),
    );
  });

  it('leaves no superseded effect for an operator to retry', () => {
    fc.assert(
      fc.property(plans('a'), plans('b'), turns, (earlier, next, course) => {
        const after = supersede([play(earlier, course)], next);
        const slots = new Set(next.effects.map(({ slot }) => slot).filter((slot) => slot !== undefined));
        const offered = failedEffects(after).filter(
          ({ effect }) => effect.slot !== undefined && slots.has(effect.slot),
        );
        expect(offered).toEqual([]);
      }),
    );
  });
});
