import type { Plan, PlannedEffect } from '../../domain/effects';
import { effectId } from '../../domain/effects';
import type { EffectState, PlanProgress } from '../../domain/plan-progress';
import {
  abandonFailed,
  addEffect,
  dismissEffect,
  failedEffects,
  isFinished,
  isUntouched,
  openPlan,
  readyEffects,
  setEffect,
  supersede,
} from '../../domain/plan-progress';
import type { Traces } from '../../domain/traces';
import { takingBack } from '../../domain/traces';

/** A plan that can only be made once the connection is usable; it keeps its place in the queue. */
export interface LaterPlan {
  planId: string;
  /** Null: there is nothing to show after all. */
  make: () => Promise<Plan | null>;
}

type Place = PlanProgress | LaterPlan;
export const isLater = (place: Place): place is LaterPlan => 'make' in place;
const isMade = (place: Place): place is PlanProgress => !isLater(place);
const idOf = (place: Place): string => (isLater(place) ? place.planId : place.plan.id);

/** All plans of a run that are not finished, oldest first, and how far each effect has come. */
export class PlanQueue {
  private places: Place[];

  constructor(carried: PlanProgress[]) {
    this.places = [...carried];
  }

  /** Whether a plan is still to be made, or not carried out yet. */
  has(planId: string): boolean {
    return this.places.some((place) => idOf(place) === planId);
  }

  add(plan: Plan): void {
    this.places.push(openPlan(plan));
  }

  addLater(later: LaterPlan): void {
    this.places.push(later);
  }

  get length(): number {
    return this.places.length;
  }

  /** The plans that are made. */
  get made(): PlanProgress[] {
    return this.places.filter(isMade);
  }

  get failed(): ReturnType<typeof failedEffects> {
    return failedEffects(this.made);
  }

  /** The oldest plan that has something to do. */
  get next(): Place | null {
    return this.places.find((place) => isLater(place) || readyEffects(place).length > 0) ?? null;
  }

  progressOf(planId: string): PlanProgress {
    return this.made.find(({ plan }) => plan.id === planId) as PlanProgress;
  }

  /** The plan has been made by now; null: there is nothing to show. */
  replaceLater(later: LaterPlan, plan: Plan | null): void {
    const made = plan === null ? [] : [openPlan(plan)];
    this.places = this.places.flatMap((place): Place[] => (place === later ? made : [place]));
  }

  /** A plan that nothing was done of yet also takes away what the run has left until now. */
  begin(planId: string, traces: Traces): void {
    const index = this.places.findIndex((place) => idOf(place) === planId);
    const progress = this.places[index] as PlanProgress;
    const begun = isUntouched(progress) ? openPlan(takingBack(progress.plan, traces)) : progress;
    // Whatever stands before it is made: the queue is worked off from its head.
    const earlier = this.places.slice(0, index).filter(isMade);
    this.places = [...supersede(earlier, begun.plan), begun, ...this.places.slice(index + 1)];
  }

  removeFinished(): void {
    this.places = this.places.filter((place) => isLater(place) || !isFinished(place));
  }

  mark(id: string, state: EffectState): void {
    this.update(id, (progress, key) => setEffect(progress, key, state));
  }

  /** With what waits for it and sets the same slot: a new status tag never stands beside the old one. */
  dismiss(id: string, by: string, reason: string): void {
    this.update(id, (progress, key) => dismissEffect(progress, key, { by, reason }));
  }

  /** Gives up every failed effect, and what waits for it. */
  dismissFailed(reason: string): void {
    this.change((progress) => abandonFailed(progress, { by: 'fulcrum', reason }));
  }

  /** Adds an effect to the plan of this one. */
  addBeside(id: string, effect: PlannedEffect): void {
    this.update(id, (progress) => addEffect(progress, effect));
  }

  private update(id: string, change: (progress: PlanProgress, key: string) => PlanProgress): void {
    this.change((progress) =>
      progress.plan.effects.reduce(
        (updated, effect) =>
          effectId(progress.plan.id, effect.key) === id ? change(updated, effect.key) : updated,
        progress,
      ),
    );
  }

  private change(of: (progress: PlanProgress) => PlanProgress): void {
    this.places = this.places.map((place) => (isLater(place) ? place : of(place)));
  }
}
