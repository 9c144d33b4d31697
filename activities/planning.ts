import type { AssessmentResult, Invitation, Opportunity, Route } from '../domain/assessment';
import type { Connection } from '../domain/connection';
import type { Plan, PlannedEffect } from '../domain/effects';
import { planFaults } from '../domain/effects';
import { FulcrumError } from '../domain/errors';
import type { VendorId } from '../domain/ids';
import type { Moment } from '../domain/reducer';
import type { CommonSettings } from '../domain/settings';
import type { PlanInput } from '../vendors/define';
import { settingsOf, stageResolver } from './deps';
import type { ActivityDeps } from './deps';

export interface PlanRequest {
  vendor: VendorId;
  planId: string;
  moment: Moment;
  detail: string | null;
  route: Route | null;
  inheritTags: string[];
  /** The opportunity's tags as the run read them. */
  presentTags: string[];
  invitation: Invitation | null;
  result: AssessmentResult | null;
  openSiblings: number;
  enteredStageId?: string;
  amends?: boolean;
  stillOpen?: boolean;
  /** What a person is asked beside what Lever shows. */
  question?: string;
  opportunity?: Opportunity;
  files?: NonNullable<PlanInput<CommonSettings>['files']>;
  attachment?: NonNullable<PlanInput<CommonSettings>['attachment']>;
}

/**
 * Asks the vendor what Lever should show at this moment (design D5).
 * @throws FulcrumError `internal` when the vendor's plan contradicts itself
 */
export function buildPlan(deps: ActivityDeps, connection: Connection, request: PlanRequest): Plan {
  const { vendor: vendorId, planId, question, ...input } = request;
  const vendor = deps.vendor(vendorId);
  const shown = vendor.plan({
    ...input,
    settings: settingsOf(vendor, connection),
    stageId: stageResolver(connection),
  });
  const effects: PlannedEffect[] =
    question === undefined ? shown : [...shown, { kind: 'ask', key: 'question', question }];
  const plan: Plan = { id: planId, moment: request.moment, effects };
  const faults = planFaults(plan);
  if (faults.length > 0)
    throw new FulcrumError('internal', `The plan of ${vendorId} is wrong: ${faults.join('; ')}`);
  return plan;
}
