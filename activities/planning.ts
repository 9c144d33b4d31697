import type { AssessmentResult, Invitation, Opportunity, Route } from '../domain/assessment';
import type { Connection } from '../domain/connection';
import type { Plan } from '../domain/effects';
import { planFaults } from '../domain/effects';
import { FulcrumError } from '../domain/errors';
import type { VendorId } from '../domain/ids';
import type { Moment } from '../domain/reducer';
import type { CommonSettings } from '../domain/settings';
import type { PlanInput } from '../vendors/define';
import { because, note } from '../vendors/plan-kit';
import { readableSettings, settingsOf, stageResolver } from './deps';
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
  opportunity?: Opportunity;
  files?: NonNullable<PlanInput<CommonSettings>['files']>;
  attachment?: NonNullable<PlanInput<CommonSettings>['attachment']>;
}

/**
 * Asks the vendor what Lever should show at this moment (design D5).
 * @throws FulcrumError `internal` when the vendor's plan contradicts itself
 */
export function buildPlan(
  deps: ActivityDeps,
  connection: Connection,
  request: PlanRequest,
  settings = settingsOf(deps.vendor(request.vendor), connection),
): Plan {
  const { vendor: vendorId, planId, ...input } = request;
  const vendor = deps.vendor(vendorId);
  const effects = vendor.plan({ ...input, settings, stageId: stageResolver(connection) });
  const plan: Plan = { id: planId, moment: request.moment, effects };
  const faults = planFaults(plan);
  if (faults.length > 0)
    throw new FulcrumError('internal', `The plan of ${vendorId} is wrong: ${faults.join('; ')}`);
  return plan;
}

/**
 * What Lever shows while a run is held up: the error tag beside whatever is there, and a note that says what it waits for.
 * It needs nothing of the settings but what can still be read of them.
 */
export function heldUpPlan(
  deps: ActivityDeps,
  connection: Connection,
  { vendor: vendorId, planId, reason }: { vendor: VendorId; planId: string; reason: string },
): Plan {
  const vendor = deps.vendor(vendorId);
  const { error } = readableSettings(vendor, connection).tags;
  const text = `${because(`The ${vendor.label} assessment is held up`, reason)} It goes on by itself once that is mended.`;
  return {
    id: planId,
    moment: 'failed',
    isCourtesy: true,
    effects: [
      ...(error === undefined ? [] : [{ kind: 'addTags' as const, key: 'held-up', tags: [error] }]),
      note('note', text),
    ],
  };
}
