import type { EarlierRun } from '../db/repositories/assessments';
import type { Claim, ClaimAnswer } from '../db/repositories/claims';
import type { Opportunity, Posting, Route, Subject } from '../domain/assessment';
import { statusSlot } from '../domain/effects';
import { endedFor } from '../domain/end-reasons';
import { FulcrumError } from '../domain/errors';
import type { SkipReason } from '../domain/events';
import { siblingWorkflowId, stageChangeOf } from '../domain/ids';
import { type Arrival, arrivalOf, leverClocksMs } from '../domain/lag';
import type { Begun, RunIdentity } from '../domain/records';
import { policyOf } from '../domain/settings/schema';
import { together } from '../domain/traces';
import type { LeverOpportunity } from '../lever/schemas';
import { lastEntryInto, stageChangedAt, toOpportunity, toPosting } from '../lever/to-domain';
import { assessmentIdOf } from '../platform/crypto/assessment-id';
import type { AnyInvitingVendor } from '../vendors/define';
import { callLever, invitingConnection } from './access';
import type { ActivityDeps, SetUp } from './deps';
import { invitingSetUp, setUpOf, stageResolver } from './deps';
import { expectLater } from './lag';
import { buildPlan } from './planning';
import type { RunLookup } from './sweeping';
import type { LeverActivities, ReadAnswer, RouteAnswer } from './types';

export interface ReadingDeps extends ActivityDeps {
  runs: Pick<RunLookup, 'endingOf'>;
}

/** How a run looks at Lever before anybody is invited, and when something happened to its opportunity. */
export function createLeverReading(
  deps: ReadingDeps,
): Pick<LeverActivities, 'readOpportunity' | 'readPosting' | 'refreshStages' | 'checkOpportunity'> {
  return {
    async readOpportunity({ run, delivery, stageId, toldAt = null, mayWait = false }) {
      const saidAt = toldAt ?? delivery?.receivedAt ?? Date.now();
      if (await isErased(deps, run, saidAt)) return skip('erased');
      // The row comes first: an archive event that arrives from here on finds the run (decision 0002).
      const { tokenSpentElsewhere } = await deps.assessments.openRow(run, delivery);
      if (tokenSpentElsewhere) return skip('token_reused');
      await invitingConnection(deps, run.connectionId, 'readOpportunity');
      const answer = await callLever(
        deps,
        run.connectionId,
        async (lever, connection): Promise<ReadAnswer> => {
          const setUp = invitingSetUp(setUpOf(deps, connection));
          const { vendor, settings } = setUp;
          const resolve = stageResolver(connection);
          if (!connection.stages.some((stage) => stage.id === stageId)) return { decision: 'unknownStage' };
          if (!settings.triggerStages.some((wanted) => resolve(wanted) === stageId))
            return skip('not_trigger');
          const seen = await readOrNull(() =>
            lever.getOpportunity(run.opportunityId, { expand: ['applications'] }),
          );
          const arrival = await arrivalIn(deps, run, seen, { stageId, toldAt });
          if (seen === null || arrival === 'not_yet') {
            expectLater(deps, `Lever does not show the move into the stage ${stageId} yet that it told of.`);
            return skip(seen === null ? 'deleted' : 'not_there_yet');
          }
          const opportunity = atEntry(seen, stageId);
          if (opportunity.archived) return skip('archived');
          if (arrival === 'left' && !settings.inviteIfLeft) return skip('left_stage');
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
            answer: await choose(deps, setUp, { run, opportunity, posting: null, mayWait }),
          };
        },
      );
      return unlessBegun(deps, run, answer);
    },

    async readPosting({ run, opportunity, postingId, mayWait = false }) {
      await invitingConnection(deps, run.connectionId, 'readPosting');
      const answer = await callLever(deps, run.connectionId, async (lever, connection) => {
        const posting = await lever.getPosting(postingId).then(toPosting);
        return choose(deps, invitingSetUp(setUpOf(deps, connection)), { run, opportunity, posting, mayWait });
      });
      return unlessBegun(deps, run, answer);
    },

    refreshStages: ({ connectionId }) =>
      callLever(deps, connectionId, async (lever) => {
        const stages = await lever.listStages();
        await deps.connections.update(connectionId, { stages: stages.map(({ id, text }) => ({ id, text })) });
        await deps.directory.refresh();
      }),

    checkOpportunity: ({ connectionId, opportunityId, stageId, hint, toldAt }) =>
      callLever(deps, connectionId, async (lever) => {
        const seen = await readOrNull(() =>
          lever.getOpportunity(opportunityId, { expand: ['applications'] }),
        );
        if (seen === null) return { type: 'opportunityDeleted' };
        // Old records do not say when they changed: there is nothing to compare.
        const changedAt = seen.updatedAt ?? Number.POSITIVE_INFINITY;
        if (toldAt !== undefined && changedAt < toldAt - leverClocksMs) {
          expectLater(deps, 'Lever does not show the change yet that it told of.');
        }
        const opportunity = toOpportunity(seen);
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

/** A message that no api has held back, e.g. because the database was away: nothing of the run is put on record then. */
async function isErased(
  { tombstones }: Pick<ActivityDeps, 'tombstones'>,
  run: RunIdentity & { opportunityId: string },
  saidAt: number,
): Promise<boolean> {
  const erased = await tombstones.opportunities(run.connectionId, [run.opportunityId]);
  const erasedAt = erased.get(run.opportunityId);
  if (erasedAt === undefined || saidAt > erasedAt) return false;
  await tombstones.addRun(run);
  return true;
}

/** What Lever shows of the move into the stage. */
async function arrivalIn(
  deps: ActivityDeps,
  run: RunIdentity & { opportunityId: string },
  seen: LeverOpportunity | null,
  { stageId, toldAt }: { stageId: string; toldAt: number | null },
): Promise<Arrival> {
  if (seen === null) return 'not_yet';
  const isIn = seen.stage === stageId;
  const enteredAt = isIn ? stageChangedAt(seen) : lastEntryInto(seen, stageId);
  const arrival = arrivalOf({ isIn, enteredAt }, toldAt);
  if (arrival !== 'there_before') return arrival;
  // An entry that another run has answered is not the one of which the webhook tells.
  const answered = await deps.claims.ofOpportunities(run.connectionId, [run.opportunityId]);
  const isAnswered = answered.some(
    ({ stageChangedAt: at, workflowId }) =>
      at === enteredAt && stageChangeOf(workflowId) !== stageChangeOf(run.workflowId),
  );
  return isAnswered ? 'not_yet' : 'there';
}

/** The opportunity with the time of the entry that the run answers, also where the candidate has gone on since. */
function atEntry(seen: LeverOpportunity, stageId: string): Opportunity {
  const opportunity = toOpportunity(seen);
  return { ...opportunity, stageChangedAt: lastEntryInto(seen, stageId) ?? opportunity.stageChangedAt };
}

const skip = (reason: SkipReason): ReadAnswer & { decision: 'skip' } => ({
  decision: 'skip',
  reason,
  detail: null,
});

/** A run that has invited, and was reset to its beginning, goes on whatever has become of its candidate since. */
async function unlessBegun<Answer extends ReadAnswer | RouteAnswer>(
  deps: ActivityDeps,
  run: RunIdentity,
  answer: Answer,
): Promise<Answer | { decision: 'hasBegun'; begun: Begun }> {
  const route = answer.decision === 'routed' ? answer.answer : answer;
  if (route.decision !== 'skip') return answer;
  const begun = await deps.assessments.begun(run.assessmentId);
  return begun === null || begun.vendorRef === null ? answer : { decision: 'hasBegun', begun };
}

async function readOrNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof FulcrumError && error.code === 'lever.not_found') return null;
    throw error;
  }
}

/** Which assessments this opportunity gets, and which of them nobody has answered yet (decision 0002). */
async function choose(
  deps: ReadingDeps,
  setUp: SetUp<AnyInvitingVendor>,
  subject: { run: RunIdentity; opportunity: Opportunity; posting: Posting | null; mayWait: boolean },
): Promise<RouteAnswer> {
  const { run, opportunity, posting, mayWait } = subject;
  const { vendor, settings } = setUp;
  const decision = vendor.route({ opportunity, posting, settings });
  if (decision.decision === 'skip') {
    const { reason, detail } = decision;
    const plan = decision.tell
      ? buildPlan(setUp, {
          planId: 'skipped',
          trigger: 'skipped',
          reason: endedFor(reason, detail),
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
    ...rest.map((route) => ({ route, workflowId: siblingWorkflowId(run.workflowId, route.assessmentRef) })),
  ];
  const earlier = await deps.assessments.earlierRuns(run, opportunity.id);
  if (mayWait && isStillWriting(earlier, decision.routes)) return { decision: 'waits' };
  const claims = await claim(
    deps,
    candidates.map(({ route, workflowId }) => ({
      connectionId: run.connectionId,
      opportunityId: opportunity.id,
      assessmentRef: route.assessmentRef,
      stageChangedAt: opportunity.stageChangedAt,
      workflowId,
    })),
  );
  // The run that holds it has been told that the candidate has left its stage, and is being called off.
  if (mayWait && settings.onLeaveStage === 'cancel' && claims.includes('already_active')) {
    return { decision: 'waits' };
  }
  const [ownClaim] = claims;
  const others = candidates
    .slice(1)
    .filter((_, index) => claims[index + 1] === 'taken')
    .map(({ route, workflowId }) => ({ route, workflowId, assessmentId: assessmentIdOf(workflowId) }));
  // From here on hints reach them, too, however long they wait in the vendor's queue before they have anything to record.
  const { vendor: vendorId, connectionId, opportunityId } = run;
  await deps.assessments.announce(
    others.map(({ workflowId, assessmentId }) => ({
      workflowId,
      assessmentId,
      vendor: vendorId,
      connectionId,
      opportunityId,
    })),
  );
  return {
    decision: 'routes',
    posting,
    inheritTags: decision.inheritTags,
    earlierTags: leftBy(earlier).filter((tag) => opportunity.tags.includes(tag)),
    own: ownClaim === 'taken' ? first : null,
    ownRefusal: ownClaim === 'taken' ? null : (ownClaim ?? null),
    others,
  };
}

/** A claim of a run that left Temporal without giving it back, which the sweep has still to find, stands in nobody's way. */
async function claim(deps: ReadingDeps, wanted: Claim[]): Promise<ClaimAnswer[]> {
  const answers = await deps.claims.take(wanted);
  let released = false;
  for (const [index, key] of wanted.entries()) {
    if (answers[index] !== 'already_active') continue;
    const holder = await deps.claims.activeHolder(key);
    const ending = holder === null ? null : await deps.runs.endingOf(holder.workflowId);
    // One that Temporal does not know may have been announced and not begun, and a server that is not the known one knows none.
    if (holder === null || ending === null || ending === 'unknown') continue;
    await deps.claims.release(holder.workflowId);
    released = true;
  }
  return released ? deps.claims.take(wanted) : answers;
}

/** Status tags of earlier runs, with the texts that they had then. */
const leftBy = (earlier: readonly EarlierRun[]): string[] =>
  together(earlier.map(({ traces }) => traces)).tags[statusSlot] ?? [];

/**
 * Whether an earlier run of the candidate with one of these assessments is over but has not written all of it: its status
 * tag would come behind the new one's. One that waits for a person, or for the grant, is not waited for.
 */
function isStillWriting(earlier: readonly EarlierRun[], routes: readonly Route[]): boolean {
  const refs = routes.map(({ assessmentRef }) => assessmentRef);
  // One that ended before it was known what the candidate gets may write its error tag all the same.
  return earlier.some(
    ({ isWriting, assessmentRef }) => isWriting && (assessmentRef === null || refs.includes(assessmentRef)),
  );
}
