import type { Plan, PlannedEffect } from './effects';
import { statusSlot } from './effects';

/**
 * What a run itself has done to its opportunity, as far as it matters later: settings change while runs are open, and what
 * they say by then is not what was done. It goes with the run's facts, so that an amendment knows it, too.
 */
export interface Traces {
  /** Ids of stages into which the run has put the candidate. */
  stages: string[];
  /** Slot → tags that the run has added, or found of an earlier run, and not taken away. */
  tags: Record<string, string[]>;
  /** Id of the plan that shows the latest result, as long as it is not carried out: a run may end over it. */
  unshown?: string;
}

export const noTraces: Traces = { stages: [], tags: {} };

/** What shows which threshold a result has reached, and that a file of it could not be attached. */
export const thresholdSlot = 'threshold';
export const attachmentSlot = 'attachment';

/** A result sets these anew, also where it says nothing of them. */
const ofResults: readonly string[] = [thresholdSlot, attachmentSlot];

const union = (one: readonly string[], other: readonly string[]): string[] => [
  ...new Set([...one, ...other]),
];

const without = (tags: readonly string[], gone: readonly string[]): string[] =>
  tags.filter((tag) => !gone.includes(tag));

const withTags = (traces: Traces, slot: string, tags: string[]): Traces => ({
  ...traces,
  tags: { ...traces.tags, [slot]: tags },
});

/**
 * Before the effect is asked for: its answer may be lost though it was written, and to take away what is not there harms
 * nobody.
 * @param lasting tags that are not the run's to take away, although it adds them
 */
function beforeWriting(traces: Traces, effect: PlannedEffect, lasting: readonly string[]): Traces {
  if (effect.kind !== 'addTags' || effect.slot === undefined) return traces;
  const known = traces.tags[effect.slot] ?? [];
  const added = without(effect.tags, [...lasting, ...known]);
  return added.length === 0 ? traces : withTags(traces, effect.slot, union(known, added));
}

/** What is left behind once the effect was carried out. */
function afterWriting(traces: Traces, effect: PlannedEffect): Traces {
  if (effect.kind === 'stage') return { ...traces, stages: union(traces.stages, [effect.stageId]) };
  if (effect.kind !== 'removeTags' || effect.slot === undefined) return traces;
  return withTags(traces, effect.slot, without(traces.tags[effect.slot] ?? [], effect.tags));
}

/** What is left behind by then. */
export const traced = (
  traces: Traces,
  { what, effect }: { what: 'asked' | 'written'; effect: PlannedEffect },
  lasting: readonly string[],
): Traces => (what === 'asked' ? beforeWriting(traces, effect, lasting) : afterWriting(traces, effect));

/** The effect as this run may carry it out: whom the run has put somewhere itself, it may also move on from there. */
export const goingOn = (traces: Traces, effect: PlannedEffect): PlannedEffect =>
  effect.kind === 'stage' && effect.onlyFrom !== undefined && traces.stages.length > 0
    ? { ...effect, onlyFrom: union(effect.onlyFrom, traces.stages) }
    : effect;

/** The result is planned. */
export const planned = (traces: Traces, planId: string): Traces => ({ ...traces, unshown: planId });

/** The plan was carried out. */
export function shown(traces: Traces, planId: string): Traces {
  if (traces.unshown !== planId) return traces;
  const { unshown: _, ...rest } = traces;
  return rest;
}

/** What of several runs has been left together. */
export const together = (all: readonly (Traces | undefined)[]): Traces =>
  all.reduce<Traces>(
    (sum, one) => ({
      stages: union(sum.stages, one?.stages ?? []),
      tags: Object.fromEntries(
        Object.keys({ ...sum.tags, ...one?.tags }).map((slot) => [
          slot,
          union(sum.tags[slot] ?? [], one?.tags[slot] ?? []),
        ]),
      ),
    }),
    noTraces,
  );

/** The plan, which besides takes away what the run has added to the slots that it sets, whatever the tags' texts are by now. */
export const takingBack = (plan: Plan, traces: Traces): Plan =>
  [statusSlot, ...ofResults].reduce((one, slot) => clearing(one, slot, traces.tags[slot] ?? []), plan);

function clearing(plan: Plan, slot: string, left: readonly string[]): Plan {
  const sets = plan.effects.some((effect) => effect.slot === slot);
  if (!sets && !(ofResults.includes(slot) && plan.trigger === 'completed')) return plan;
  const shown = plan.effects.flatMap((effect) => (effect.kind === 'addTags' ? effect.tags : []));
  const removers = plan.effects.filter((effect) => effect.kind === 'removeTags');
  const outdated = without(left, [...shown, ...removers.flatMap(({ tags }) => tags)]);
  if (outdated.length === 0) return plan;
  const remover = removers.find((effect) => effect.slot === slot);
  if (remover !== undefined) {
    const more = { ...remover, tags: [...remover.tags, ...outdated] };
    return { ...plan, effects: plan.effects.map((effect) => (effect === remover ? more : effect)) };
  }
  const key = `clear-${slot}`;
  const clear: PlannedEffect = { kind: 'removeTags', key, slot, tags: outdated };
  const waiting = plan.effects.map((effect) =>
    effect.kind === 'addTags' && effect.slot === slot
      ? { ...effect, after: [key, ...(effect.after ?? [])] }
      : effect,
  );
  return { ...plan, effects: [clear, ...waiting] };
}
