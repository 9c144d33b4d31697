import type { Plan } from './effects';
import { type EndReason, readEndReason } from './end-reasons';
import type { PlanTrigger } from './reduction';

/**
 * Names in plans that an earlier release had otherwise. Histories and continued runs hold plans, and while processes of two
 * releases run side by side either reads what the other has written (docs/operations.md): both names are written, either is
 * read.
 */

/** A plan trigger was called a moment. */
export interface OldTrigger {
  moment: PlanTrigger;
}

export const bothNames = (trigger: PlanTrigger): { trigger: PlanTrigger } & OldTrigger => ({
  trigger,
  moment: trigger,
});

export const readTrigger = (given: { trigger: PlanTrigger } | OldTrigger): PlanTrigger =>
  'trigger' in given ? given.trigger : given.moment;

/** The reason of a plan was a text under another name. */
export interface OldReason {
  detail: string | null;
}

export const readReason = (given: { reason: EndReason | null } | OldReason): EndReason | null =>
  'detail' in given ? readEndReason(given.detail) : given.reason;

/** What is made with best effort was called a courtesy. */
export type OldPlan = Pick<Plan, 'id' | 'effects'> & OldTrigger & { isCourtesy?: boolean };

export const newPlan = ({ trigger, isBestEffort, ...plan }: Plan): Plan & OldPlan => ({
  ...plan,
  ...bothNames(trigger),
  ...(isBestEffort === true && { isBestEffort, isCourtesy: isBestEffort }),
});

/** A plan of whichever release. */
export const readPlan = (given: Plan | OldPlan): Plan =>
  'trigger' in given
    ? given
    : newPlan({ ...given, trigger: given.moment, isBestEffort: given.isCourtesy === true });
