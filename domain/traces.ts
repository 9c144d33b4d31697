import type { PlannedEffect } from './effects';

/**
 * What a run itself has done to its opportunity, as far as it matters later: settings change while runs are open, and what
 * they say by then is not what was done. It goes with the run's facts, so that an amendment knows it, too.
 */
export interface Traces {
  /** Ids of stages into which the run has put the candidate. */
  stages: string[];
}

export const noTraces: Traces = { stages: [] };

const union = (one: readonly string[], other: readonly string[]): string[] => [
  ...new Set([...one, ...other]),
];

/** What is left behind once the effect was carried out. */
export const afterWriting = (traces: Traces, effect: PlannedEffect): Traces =>
  effect.kind === 'stage' ? { ...traces, stages: union(traces.stages, [effect.stageId]) } : traces;

/** The effect as this run may carry it out: whom the run has put somewhere itself, it may also move on from there. */
export const goingOn = (traces: Traces, effect: PlannedEffect): PlannedEffect =>
  effect.kind === 'stage' && effect.onlyFrom !== undefined && traces.stages.length > 0
    ? { ...effect, onlyFrom: union(effect.onlyFrom, traces.stages) }
    : effect;
