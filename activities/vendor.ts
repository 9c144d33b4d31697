import { activityInfo } from '@temporalio/activity';
import type { AssessmentResult, Invitation, ToldResult } from '../domain/assessment';
import { FulcrumError } from '../domain/errors';
import type { CommonSettings } from '../domain/settings/schema';
import { sealRunKey } from '../platform/crypto/callback-key';
import {
  type AnyInvitingVendor,
  type AnyVendor,
  isInviting,
  type RunReference,
  type VendorCall,
} from '../vendors/define';
import { invitingConnection, usableConnection } from './access';
import type { ActivityDeps, SetUp } from './deps';
import { connectionOf, invitingSetUp, setUpOf, vendorCall, writeBestEffort } from './deps';
import { inDoubt } from './in-doubt';
import { withUsableLink, withUsableLinks } from './links';
import { buildPlan, knownOf } from './planning';
import { digestOf, laterOrNever, planResult, withoutContents } from './result';
import type { InvitedRunCall, VendorActivities } from './types';
import { mustDoWithoutAnswer, mustPresume, withTold } from './unanswered';

/** How a run speaks to its vendor. What Lever should show of the answer is planned at once (decisions 0006 and 0013). */
export function createVendorActivities(deps: ActivityDeps): VendorActivities {
  return {
    invite: ({ mayBeOut, ...input }) => inDoubt(mayBeOut, () => invite(deps, input)),

    async findInvitation({ run, batch, knownRef, heard, askedAt }) {
      const setUp = await invitingOf(deps, run.connectionId);
      const { vendor } = setUp;
      const { find } = vendor.requests;
      if (find === undefined) {
        throw new FulcrumError('vendor.unsupported', `Invitations of ${vendor.label} cannot be searched.`);
      }
      const call = vendorCall(deps, setUp);
      const recording = writeBestEffort(deps, batch);
      const { assessmentId } = run;
      const invitation = await find(call, {
        assessmentId,
        knownRef: knownRef ?? (await recordedRef(deps, assessmentId)),
        heard,
      });
      if (invitation === null && Date.now() < askedAt + deps.unclearRetryDelayMs) {
        const words = `${vendor.label} shows no invitation, and may still be at work on the request.`;
        throw new FulcrumError('vendor.unclear', words);
      }
      return { invitation: invitation && asKept(vendor, invitation), recorded: await recording };
    },

    async fetchResult({ amends, claim, told: heard, looks = 0, ...input }) {
      const { run } = input;
      const setUp = await invitingOf(deps, run.connectionId);
      const { vendor } = setUp;
      const call = vendorCall(deps, setUp);
      // Written before the siblings are counted: of two that finish at once, at least the later one sees both done.
      const recorded = await writeBestEffort(deps, input.batch);
      const told = await resultOf(vendor, call, referenceOf(input), { heard, looks }).catch(
        (error: unknown) => {
          throw claim === null ? error : laterOrNever(deps, claim, error);
        },
      );
      const usable = withUsableLinks(vendor, told);
      const result = await withoutContents(deps, setUp, run.assessmentId, usable);
      const digest = digestOf(result);
      const plan = await planResult(deps, setUp, { ...input, amends }, { result, digest });
      return { result, digest, plan, recorded };
    },

    async pollVendor({ presumed, ...input }) {
      const setUp = setUpOf(deps, await connectionOf(deps, input.run.connectionId));
      const recording = writeBestEffort(deps, input.batch);
      // One that starts runs tells of them once they are over: there is nothing to ask.
      const asked = isInviting(setUp.vendor)
        ? (setUp.vendor.requests.status?.(vendorCall(deps, setUp), referenceOf(input)) ?? Promise.resolve([]))
        : Promise.resolve([]);
      const events = await asked.catch((error: unknown) => {
        if (presumed !== undefined && mustPresume(error, activityInfo().attempt)) return [presumed];
        throw error;
      });
      return { events, recorded: await recording };
    },

    cancelAtVendor: (input) => bestEffort(deps, input, 'cancel', ({ cancel }) => cancel),
    async remindAtVendor(input) {
      // A connection that is cut off, or ended on our side, writes to nobody.
      await usableConnection(deps, input.run.connectionId);
      return bestEffort(deps, input, 'remind', ({ remind }) => remind);
    },
    extendAtVendor: ({ until, ...input }) =>
      bestEffort(deps, input, 'extend', ({ extend }) => extend && ((call, run) => extend(call, run, until))),
  };
}

const invitingOf = async (deps: ActivityDeps, connectionId: string): Promise<SetUp<AnyInvitingVendor>> =>
  invitingSetUp(setUpOf(deps, await connectionOf(deps, connectionId)));

/** Nobody waits in vain for a database that is away: an address of which it is not known counts for every key. */
async function noteAddressKey(deps: ActivityDeps, assessmentId: string): Promise<void> {
  try {
    await deps.assessments.noteAddressKey(assessmentId, deps.addressRing.first.id);
  } catch (error) {
    const code = error instanceof FulcrumError ? error.code : 'internal';
    deps.log.warn({ code, assessmentId }, 'it could not be noted which key makes the callback address');
  }
}

async function invite(
  deps: ActivityDeps,
  {
    run,
    batch,
    subject,
    route,
    inheritTags,
    knownRef,
    heard,
  }: Omit<Parameters<VendorActivities['invite']>[0], 'mayBeOut'>,
): ReturnType<VendorActivities['invite']> {
  // Nobody is invited on behalf of a customer who has revoked the access (SMG-33).
  const setUp = invitingSetUp(setUpOf(deps, await invitingConnection(deps, run.connectionId, 'invite')));
  const { vendor } = setUp;
  const call = vendorCall(deps, setUp);
  const { assessmentId, workflowId, connectionId } = run;
  const key = sealRunKey(deps.addressRing, { assessmentId, workflowId, connectionId });
  const recording = writeBestEffort(deps, batch);
  const noting = noteAddressKey(deps, assessmentId);
  const invitation = asKept(
    vendor,
    await vendor.requests.invite(call, {
      assessmentId,
      route,
      candidate: subject.opportunity.candidate,
      opportunityId: subject.opportunity.id,
      postingId: subject.opportunity.postingId,
      callbackUrl: `${deps.publicUrl}/callbacks/${run.vendor}/${key}`,
      knownRef: knownRef ?? (await recordedRef(deps, assessmentId)),
      heard,
      expiresAt: subject.policy.expiresAfterMs === null ? null : Date.now() + subject.policy.expiresAfterMs,
    }),
  );
  await noting;
  const plan = buildPlan(setUp, {
    ...knownOf({ subject, route, inheritTags }, invitation),
    planId: 'invited',
    trigger: 'invited',
    reason: null,
    result: null,
    openSiblings: subject.siblings,
  });
  return { invitation, plan, recorded: await recording };
}

const asKept = (vendor: AnyVendor, invitation: Invitation): Invitation =>
  withUsableLink(vendor, notYetOver(invitation));

/** Nobody has been invited to what is over: an end that has passed is something else, or written in another way. */
const notYetOver = (invitation: Invitation): Invitation =>
  invitation.expiresAt === null || invitation.expiresAt > Date.now()
    ? invitation
    : { ...invitation, expiresAt: null };

/** `heard`: what the vendor's own message said. `looks`: how often it was asked before this activity. */
async function resultOf(
  vendor: AnyInvitingVendor,
  call: VendorCall<unknown, CommonSettings>,
  run: RunReference,
  { heard, looks }: { heard: ToldResult | undefined; looks: number },
): Promise<AssessmentResult> {
  if (heard === undefined) return vendor.requests.result(call, run);
  try {
    return withTold(await vendor.requests.result(call, run), heard);
  } catch (error) {
    if (!mustDoWithoutAnswer(error, looks + activityInfo().attempt)) throw error;
    return withTold(null, heard);
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

type BestEffort = (call: VendorCall<unknown, CommonSettings>, run: RunReference) => Promise<void>;

async function bestEffort(
  deps: ActivityDeps,
  input: InvitedRunCall,
  kind: 'cancel' | 'remind' | 'extend',
  requestOf: (requests: AnyInvitingVendor['requests']) => BestEffort | undefined,
): Promise<{ recorded: boolean }> {
  const setUp = await invitingOf(deps, input.run.connectionId);
  const request = requestOf(setUp.vendor.requests);
  if (request === undefined)
    throw new FulcrumError('vendor.unsupported', `${setUp.vendor.label} cannot ${kind}.`);
  const call = vendorCall(deps, setUp);
  const recording = writeBestEffort(deps, input.batch);
  await request(call, referenceOf(input));
  return { recorded: await recording };
}

const referenceOf = ({ run, route, invitation }: InvitedRunCall): RunReference => ({
  assessmentId: run.assessmentId,
  vendorRef: invitation.vendorRef,
  route,
});
