import type { Connection } from '../domain/connection';
import type { Opportunity, Posting, Subject } from '../domain/assessment';
import { FulcrumError } from '../domain/errors';
import type { SkipReason } from '../domain/events';
import { assessmentWorkflowId, parseAssessmentWorkflowId } from '../domain/ids';
import type { RunIdentity } from '../domain/records';
import { policyOf } from '../domain/settings';
import { toOpportunity, toPosting } from '../lever/to-domain';
import { assessmentIdOf } from '../platform/crypto/assessment-id';
import type { AnyVendor } from '../vendors/define';
import { callLever, settingsOf, stageResolver } from './deps';
import type { ActivityDeps } from './deps';
import { buildPlan } from './planning';
import type { LeverActivities, ReadAnswer, RouteAnswer } from './types';

/** How a run looks at Lever before anybody is invited, and when something happened to its opportunity. */
export function createLeverReading(
  deps: ActivityDeps,
): Pick<LeverActivities, 'readOpportunity' | 'readPosting' | 'refreshStages' | 'checkOpportunity'> {
  return {
    async readOpportunity({ run, delivery, stageId }) {
      // The row comes first: an archive event that arrives from here on finds the run (design D1).
      const { tokenSpentElsewhere } = await deps.assessments.openRow(run, delivery);
      if (tokenSpentElsewhere) return skip('token_reused');
      return callLever(deps, run.connectionId, async (lever, connection): Promise<ReadAnswer> => {
        const vendor = deps.vendor(run.vendor);
        const settings = settingsOf(vendor, connection);
        const resolve = stageResolver(connection);
        if (!connection.stages.some((stage) => stage.id === stageId)) return { decision: 'unknownStage' };
        if (!settings.triggerStages.some((wanted) => resolve(wanted) === stageId)) return skip('not_trigger');
        const opportunity = await readOrNull(() =>
          lever.getOpportunity(run.opportunityId, { expand: ['applications'] }).then(toOpportunity),
        );
        if (opportunity === null) return skip('deleted');
        if (opportunity.archived) return skip('archived');
        if (opportunity.stageId !== stageId && !settings.inviteIfLeft) return skip('left_stage');
        const subject: Subject = {
          opportunity,
          posting: null,
          policy: policyOf(settings, vendor.polls ? deps.polling : null, deps.resultWait),
          vendorCan: {
            remind: vendor.requests.remind !== undefined,
            cancel: vendor.requests.cancel !== undefined,
            extend: vendor.requests.extend !== undefined,
          },
          siblings: 0,
        };
        const { needsPosting } = vendor;
        const wantsPosting = typeof needsPosting === 'boolean' ? needsPosting : needsPosting(settings);
        if (wantsPosting && opportunity.postingId !== null) {
          return { decision: 'readPosting', subject, postingId: opportunity.postingId };
        }
        return {
          decision: 'routed',
          subject,
          answer: await choose(deps, connection, run, opportunity, null),
        };
      });
    },

    readPosting: ({ run, opportunity, postingId }) =>
      callLever(deps, run.connectionId, async (lever, connection) => {
        const posting = await lever.getPosting(postingId).then(toPosting);
        return choose(deps, connection, run, opportunity, posting);
      }),

    refreshStages: ({ connectionId }) =>
      callLever(deps, connectionId, async (lever) => {
        const stages = await lever.listStages();
        await deps.connections.update(connectionId, { stages: stages.map(({ id, text }) => ({ id, text })) });
        await deps.directory.refresh();
      }),

    checkOpportunity: ({ connectionId, opportunityId, stageId, hint }) =>
      callLever(deps, connectionId, async (lever) => {
        const opportunity = await readOrNull(() =>
          lever.getOpportunity(opportunityId, { expand: ['applications'] }).then(toOpportunity),
        );
        if (opportunity === null) return { type: 'opportunityDeleted' };
        if (opportunity.archived) {
          return { type: hint === 'candidateHired' ? 'opportunityHired' : 'opportunityArchived' };
        }
        if (opportunity.stageId !== stageId) {
          return { type: 'opportunityLeftStage', toStageId: opportunity.stageId };
        }
        return null;
      }),
  };
}

const skip = (reason: SkipReason): ReadAnswer & { decision: 'skip' } => ({
  decision: 'skip',
  reason,
  detail: null,
});

async function readOrNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof FulcrumError && error.code === 'lever.not_found') return null;
    throw error;
  }
}

/** Which assessments this opportunity gets, and which of them nobody has answered yet (design D1). */
async function choose(
  deps: ActivityDeps,
  connection: Connection,
  run: RunIdentity,
  opportunity: Opportunity,
  posting: Posting | null,
): Promise<RouteAnswer> {
  const vendor: AnyVendor = deps.vendor(run.vendor);
  const decision = vendor.route({ opportunity, posting, settings: settingsOf(vendor, connection) });
  if (decision.decision === 'skip') {
    const { reason, detail } = decision;
    const plan = decision.tell
      ? buildPlan(deps, connection, {
          vendor: run.vendor,
          planId: 'skipped',
          moment: 'skipped',
          detail: detail ?? reason,
          route: null,
          inheritTags: [],
          presentTags: opportunity.tags,
          invitation: null,
          result: null,
          openSiblings: 0,
        })
      : null;
    return { decision: 'skip', reason, detail, posting, plan };
  }
  const [first, ...rest] = decision.routes;
  const candidates = [
    { route: first, workflowId: run.workflowId },
    ...rest.map((route) => ({ route, workflowId: siblingWorkflowId(run, route.assessmentRef) })),
  ];
  const claims = await deps.claims.take(
    candidates.map(({ route, workflowId }) => ({
      connectionId: run.connectionId,
      opportunityId: opportunity.id,
      assessmentRef: route.assessmentRef,
      stageChangedAt: opportunity.stageChangedAt,
      workflowId,
    })),
  );
  const [ownClaim] = claims;
  return {
    decision: 'routes',
    posting,
    inheritTags: decision.inheritTags,
    own: ownClaim === 'taken' ? first : null,
    ownRefusal: ownClaim === 'taken' ? null : (ownClaim ?? null),
    others: candidates
      .slice(1)
      .filter((_, index) => claims[index + 1] === 'taken')
      .map(({ route, workflowId }) => ({ route, workflowId, assessmentId: assessmentIdOf(workflowId) })),
  };
}

function siblingWorkflowId(run: RunIdentity, assessmentRef: string): string {
  const key = parseAssessmentWorkflowId(run.workflowId);
  if (key === null) throw new FulcrumError('internal', `${run.workflowId} is not the id of an assessment.`);
  return assessmentWorkflowId({ ...key, assessmentRef });
}
