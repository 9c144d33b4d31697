import { activityInfo } from '@temporalio/activity';
import type { AssessmentResult, Invitation, ToldResult } from '../domain/assessment';
import { FulcrumError } from '../domain/errors';
import type { CommonSettings } from '../domain/settings';
import type { AnyVendor, RunReference, VendorCall } from '../vendors/define';
import { sealRunKey } from '../platform/crypto/callback-key';
import { invitingConnection, usableConnection } from './access';
import { connectionOf, ride, vendorCall } from './deps';
import type { ActivityDeps } from './deps';
import { buildPlan } from './planning';
import { digestOf, planResult, withoutContents } from './result';
import type { InvitedRunCall, VendorActivities } from './types';
import { mustDoWithoutAnswer, mustPresume, withTold } from './unanswered';

/** How a run speaks to its vendor. What Lever should show of the answer is planned at once (design D5, D12). */
export function createVendorActivities(deps: ActivityDeps): VendorActivities {
  return {
    async invite({ run, batch, subject, route, inheritTags, knownRef }) {
      // Nobody is invited on behalf of a customer who has revoked the access (SMG-33).
      const connection = await invitingConnection(deps, run.connectionId, 'invite');
      const vendor = deps.vendor(run.vendor);
      const call = await vendorCall(deps, vendor, run.connectionId);
      const { assessmentId, workflowId, connectionId } = run;
      const key = sealRunKey(deps.ring, { assessmentId, workflowId, connectionId });
      const recording = ride(deps, batch);
      const invitation = notYetOver(
        await vendor.requests.invite(call, {
          assessmentId,
          route,
          candidate: subject.opportunity.candidate,
          opportunityId: subject.opportunity.id,
          postingId: subject.opportunity.postingId,
          callbackUrl: `${deps.publicUrl}/callbacks/${run.vendor}/${key}`,
          knownRef: knownRef ?? (await recordedRef(deps, assessmentId)),
          expiresAt:
            subject.policy.expiresAfterMs === null ? null : Date.now() + subject.policy.expiresAfterMs,
        }),
      );
      const plan = buildPlan(deps, connection, {
        vendor: run.vendor,
        planId: 'invited',
        moment: 'invited',
        detail: null,
        route,
        inheritTags,
        presentTags: subject.opportunity.tags,
        invitation,
        result: null,
        openSiblings: subject.siblings,
      });
      return { invitation, plan, recorded: await recording };
    },

    async fetchResult({ amends, told: heard, ...input }) {
      const { run } = input;
      const connection = await connectionOf(deps, run.connectionId);
      const vendor = deps.vendor(run.vendor);
      const call = await vendorCall(deps, vendor, run.connectionId);
      // Written before the siblings are counted: of two that finish at once, at least the later one sees both done.
      const recorded = await ride(deps, input.batch);
      const told = await resultOf(vendor, call, referenceOf(input), heard);
      const result = await withoutContents(deps, connection, run.assessmentId, told);
      const digest = digestOf(result);
      const plan = await planResult(deps, connection, { ...input, amends }, { result, digest });
      return { result, digest, plan, recorded };
    },

    async pollVendor({ presumed, ...input }) {
      const vendor = deps.vendor(input.run.vendor);
      const call = await vendorCall(deps, vendor, input.run.connectionId);
      const recording = ride(deps, input.batch);
      const asked = vendor.requests.status?.(call, referenceOf(input)) ?? Promise.resolve([]);
      const events = await asked.catch((error: unknown) => {
        if (presumed !== undefined && mustPresume(error, activityInfo().attempt)) return [presumed];
        throw error;
      });
      return { events, recorded: await recording };
    },

    cancelAtVendor: (input) => courtesy(deps, input, 'cancel', ({ cancel }) => cancel),
    async remindAtVendor(input) {
      // A connection that is cut off, or ended on our side, writes to nobody.
      await usableConnection(deps, input.run.connectionId);
      return courtesy(deps, input, 'remind', ({ remind }) => remind);
    },
    extendAtVendor: ({ until, ...input }) =>
      courtesy(deps, input, 'extend', ({ extend }) => extend && ((call, run) => extend(call, run, until))),
  };
}

/** Nobody has been invited to what is over: an end that has passed is something else, or written in another way. */
const notYetOver = (invitation: Invitation): Invitation =>
  invitation.expiresAt === null || invitation.expiresAt > Date.now()
    ? invitation
    : { ...invitation, expiresAt: null };

/** @param told what the vendor's own message said */
async function resultOf(
  vendor: AnyVendor,
  call: VendorCall<unknown, CommonSettings>,
  run: RunReference,
  told: ToldResult | undefined,
): Promise<AssessmentResult> {
  if (told === undefined) return vendor.requests.result(call, run);
  try {
    return withTold(await vendor.requests.result(call, run), told);
  } catch (error) {
    if (!mustDoWithoutAnswer(error, activityInfo().attempt)) throw error;
    return withTold(null, told);
  }
}

/**
 * The invitation that this very assessment already has: a run that was reset, or restored from an older state, asks
 * again, and a vendor need not refuse it once the first is completed. Without the database there is no such memory.
 */
async function recordedRef(deps: ActivityDeps, assessmentId: string): Promise<string | null> {
  try {
    return (await deps.assessments.get(assessmentId))?.vendorRef ?? null;
  } catch (error) {
    if (error instanceof FulcrumError && error.code === 'db.unavailable') return null;
    throw error;
  }
}

type Courtesy = (call: VendorCall<unknown, CommonSettings>, run: RunReference) => Promise<void>;

async function courtesy(
  deps: ActivityDeps,
  input: InvitedRunCall,
  kind: 'cancel' | 'remind' | 'extend',
  of: (requests: AnyVendor['requests']) => Courtesy | undefined,
): Promise<{ recorded: boolean }> {
  const vendor = deps.vendor(input.run.vendor);
  const request = of(vendor.requests);
  if (request === undefined) throw new FulcrumError('vendor.unsupported', `${vendor.label} cannot ${kind}.`);
  const call = await vendorCall(deps, vendor, input.run.connectionId);
  const recording = ride(deps, input.batch);
  await request(call, referenceOf(input));
  return { recorded: await recording };
}

const referenceOf = ({ run, route, invitation }: InvitedRunCall): RunReference => ({
  assessmentId: run.assessmentId,
  vendorRef: invitation.vendorRef,
  route,
});
