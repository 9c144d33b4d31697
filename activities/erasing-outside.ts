import type { Erasures } from '../db/repositories/erasures';
import type { AtVendor } from '../domain/erasure';
import { FulcrumError } from '../domain/errors';
import { isInviting } from '../vendors/define';
import { callLever } from './access';
import type { ActivityDeps } from './deps';
import { connectionOf, setUpOf, vendorCall } from './deps';
import { findExisting, writeEffect } from './effect-writers';

/** What an erasure asks of vendor and Lever, for one run (decision 0044). */

interface OfRun {
  connectionId: string;
  assessmentId: string;
}

export interface ErasureVendor {
  /**
   * Withdraws the invitation of a run that was ended, or finds out that there is none.
   * @throws FulcrumError what the vendor answers; `vendor.unclear` while it may still be at work on the invitation
   */
  withdrawErased(input: OfRun): Promise<{ outcome: AtVendor['outcome'] }>;
}

export interface ErasureLever {
  /**
   * Learns which opportunities Lever has of the person: a webhook names nobody but an opportunity, and the hub need not
   * have begun a run with it. Nothing of the answer comes back.
   */
  learnOpportunities(input: { connectionId: string; erasureId: string }): Promise<void>;
  /** Leaves a note that the vendor has to be asked; false: the run has no opportunity, or there is none any more. */
  noteUnwithdrawn(input: OfRun): Promise<boolean>;
}

export const createErasureVendor = (deps: ActivityDeps): ErasureVendor => ({
  async withdrawErased({ connectionId, assessmentId }) {
    const begun = await deps.assessments.begun(assessmentId);
    const setUp = setUpOf(deps, await connectionOf(deps, connectionId));
    const { vendor } = setUp;
    if (begun === null || !isInviting(vendor)) return { outcome: 'not_invited' };
    const { find, cancel } = vendor.requests;
    const call = vendorCall(deps, setUp);
    let vendorRef = begun.invitation?.vendorRef ?? begun.vendorRef;
    if (vendorRef === null) {
      if (find === undefined) return { outcome: 'unsupported' };
      const invitation = await findOrUnsupported(() =>
        find(call, { assessmentId, knownRef: null, heard: false }),
      );
      if (invitation === 'unsupported') return { outcome: 'unsupported' };
      if (invitation === null) {
        const run = await deps.assessments.get(assessmentId);
        // The request for it may have been under way when the run was ended.
        if (
          run !== null &&
          Date.now() < (run.closedAt ?? 0) + deps.longestCallMs + deps.unclearRetryDelayMs
        ) {
          throw new FulcrumError('vendor.unclear', `${vendor.label} shows no invitation yet.`);
        }
        return { outcome: 'not_invited' };
      }
      ({ vendorRef } = invitation);
    }
    if (cancel === undefined) return { outcome: 'unsupported' };
    await cancel(call, { assessmentId, vendorRef, route: begun.route });
    return { outcome: 'withdrawn' };
  },
});

async function findOrUnsupported<T>(find: () => Promise<T>): Promise<T | 'unsupported'> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof FulcrumError && error.code === 'vendor.unsupported') return 'unsupported';
    throw error;
  }
}

export const createErasureLever = (
  deps: ActivityDeps & { erasures: Pick<Erasures, 'subjectOf' | 'learn'> },
): ErasureLever => ({
  async learnOpportunities({ connectionId, erasureId }) {
    const known = await deps.erasures.subjectOf(erasureId);
    if (known === null) return;
    const opportunityIds = await callLever(deps, connectionId, async (lever) => {
      const found: string[] = [];
      for (const email of known.subject.emails) {
        for await (const { id } of lever.listOpportunities({ email, confidentiality: 'all' })) found.push(id);
      }
      return found;
    });
    await deps.erasures.learn(erasureId, { opportunityIds });
  },

  async noteUnwithdrawn({ connectionId, assessmentId }) {
    const run = await deps.assessments.get(assessmentId);
    const opportunityId = run?.opportunityId ?? null;
    if (opportunityId === null) return false;
    const { label } = deps.vendor((await connectionOf(deps, connectionId)).vendor);
    return callLever(deps, connectionId, async (lever) => {
      const call = {
        connectionId,
        assessmentId,
        opportunityId,
        effectId: 'erasure/note',
        effect: { kind: 'note' as const, text: textFor(label) },
      };
      try {
        // An earlier attempt may have been written although its answer was lost.
        if (!(await findExisting(lever, call))) await writeEffect(deps, lever, call, Date.now());
        return true;
      } catch (error) {
        if (error instanceof FulcrumError && error.code === 'lever.not_found') return false;
        throw error;
      }
    });
  },
});

const textFor = (label: string): string =>
  `Fulcrum has erased what it knew of this candidate. The invitation at ${label} could not be withdrawn, and its link may still open: ask ${label} to close it and to erase what they hold of the candidate.`;
