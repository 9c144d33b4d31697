import type { Plan, PlannedEffect } from './effects';
import { effectId } from './effects';
import type { ErrorCode } from './errors';
import type { OldPlan } from './plan-names';
import { readPlan } from './plan-names';

/**
 * How far a run's plans have come: pure, so that the order of effects can be proven without a server.
 * Plans run strictly one after another; an effect that failed for good waits for an operator beside them.
 */

export type EffectState =
  | { state: 'waiting' }
  | { state: 'done' }
  | { state: 'failed'; code: ErrorCode; message: string; attempts: number }
  | { state: 'dismissed'; by: string; reason: string }
  /** A later plan set the same slot: carrying this one out now would undo it. */
  | { state: 'superseded' };

export interface PlanProgress {
  plan: Plan;
  effects: Record<string, EffectState>;
}

const waiting: EffectState = { state: 'waiting' };

/** @param given as an activity answered it, which may have been one of an earlier release */
export const openPlan = (given: Plan | OldPlan): PlanProgress => ({
  plan: readPlan(given),
  effects: Object.fromEntries(given.effects.map((effect) => [effect.key, waiting])),
});

/** What an earlier history, perhaps of an earlier release, has carried on. */
export const readProgress = ({
  plan,
  ...rest
}: Omit<PlanProgress, 'plan'> & { plan: Plan | OldPlan }): PlanProgress => ({
  ...rest,
  plan: readPlan(plan),
});

const stateOf = (progress: PlanProgress, key: string): EffectState => progress.effects[key] ?? waiting;
const isSettled = (state: EffectState): boolean => state.state !== 'waiting' && state.state !== 'failed';

/** Nothing of it was done, or has failed. */
export const isUntouched = (progress: PlanProgress): boolean =>
  Object.values(progress.effects).every(({ state }) => state === 'waiting');

/** All of it stands in Lever, but for what a person gave up; what the hub itself has given up does not. */
export const isShown = (progress: PlanProgress): boolean =>
  Object.values(progress.effects).every(
    (effect) => effect.state === 'done' || (effect.state === 'dismissed' && effect.by !== 'fulcrum'),
  );

/** The effects that may run now, together. */
export const readyEffects = (progress: PlanProgress): PlannedEffect[] =>
  progress.plan.effects.filter(
    (effect) =>
      stateOf(progress, effect.key).state === 'waiting' &&
      (effect.after ?? []).every((needed) => isSettled(stateOf(progress, needed))),
  );

export const setEffect = (progress: PlanProgress, key: string, state: EffectState): PlanProgress => ({
  ...progress,
  effects: { ...progress.effects, [key]: state },
});

/** One effect more, e.g. to say what became of another; a key that is taken already changes nothing. */
export const addEffect = (progress: PlanProgress, effect: PlannedEffect): PlanProgress =>
  effect.key in progress.effects
    ? progress
    : {
        plan: { ...progress.plan, effects: [...progress.plan.effects, effect] },
        effects: { ...progress.effects, [effect.key]: waiting },
      };

/** Who gave an effect up, and why. */
export type Dismissal = Omit<EffectState & { state: 'dismissed' }, 'state'>;

/**
 * Gives up an effect because a person says that it does not matter. What waited for it goes on, but for what sets the
 * same slot: a status tag whose predecessor was never taken away would stand beside it.
 */
export function dismissEffect(progress: PlanProgress, key: string, dismissal: Dismissal): PlanProgress {
  const slot = progress.plan.effects.find((effect) => effect.key === key)?.slot;
  return giveUp(progress, [key], dismissal, (effect) => slot !== undefined && effect.slot === slot);
}

/** Gives up every failed effect because nobody came, and all that waited for one: nothing is written so late. */
export function abandonFailed(progress: PlanProgress, dismissal: Dismissal): PlanProgress {
  const failed = failedEffects([progress]).map(({ effect }) => effect.key);
  return giveUp(progress, failed, dismissal, () => true);
}

function giveUp(
  progress: PlanProgress,
  keys: string[],
  dismissal: Dismissal,
  goesToo: (effect: PlannedEffect) => boolean,
): PlanProgress {
  const gone = new Set(keys);
  // An effect waits only for earlier ones, so one pass finds them all.
  for (const effect of progress.plan.effects) {
    const waitsForGone = (effect.after ?? []).some((needed) => gone.has(needed));
    if (waitsForGone && goesToo(effect) && !isSettled(stateOf(progress, effect.key))) gone.add(effect.key);
  }
  return [...gone].reduce(
    (updated, key) => setEffect(updated, key, { state: 'dismissed', ...dismissal }),
    progress,
  );
}

/** Nothing left to do, now or after a retry. */
export const isFinished = (progress: PlanProgress): boolean =>
  progress.plan.effects.every((effect) => isSettled(stateOf(progress, effect.key)));

/** What needs a person: the failed effects of all plans, by effect id. */
export function failedEffects(
  plans: readonly PlanProgress[],
): { id: string; effect: PlannedEffect; failure: EffectState & { state: 'failed' } }[] {
  return plans.flatMap((progress) =>
    progress.plan.effects.flatMap((effect) => {
      const failure = stateOf(progress, effect.key);
      return failure.state === 'failed'
        ? [{ id: effectId(progress.plan.id, effect.key), effect, failure }]
        : [];
    }),
  );
}

/** Unsettled effects of earlier plans whose slot the new plan sets are given up. */
export function supersede(earlier: readonly PlanProgress[], next: Plan): PlanProgress[] {
  const slots = new Set(next.effects.flatMap((effect) => (effect.slot === undefined ? [] : [effect.slot])));
  return earlier.map((progress) =>
    progress.plan.effects.reduce(
      (updated, effect) =>
        effect.slot !== undefined && slots.has(effect.slot) && !isSettled(stateOf(updated, effect.key))
          ? setEffect(updated, effect.key, { state: 'superseded' })
          : updated,
      progress,
    ),
  );
}
