import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { condition, ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { ChildWorkflowOptions } from '@temporalio/workflow';
import type { ReadAnswer, RouteAnswer } from '../../activities/types';
import type { Subject } from '../../domain/assessment';
import type { Plan } from '../../domain/effects';
import type { SkipReason } from '../../domain/events';
import { isTerminal } from '../../domain/lifecycle';
import type { RunRecord } from '../../domain/records';
import { workflowTypes } from '../messages';
import { startAttributes, unrouted } from '../search-attributes';
import type { AssessmentInput, SettledStart } from '../messages';
import { recordsLater } from '../shared/proxies';
import { processInbox } from './process-inbox';
import type { Run } from './run';
import { step } from '../shared/steps';

type Announced = (RouteAnswer & { decision: 'routes' })['others'][number];

/** How many first pauses long a run waits for an earlier one of its candidate to make room: by default two minutes. */
const pausesForEarlier = 120;

/**
 * From the stage change to the assessment (decision 0002): look whether the candidate is really there, find what the posting
 * asks for, and claim it. Null: the run is skipped, and says why, or was called off meanwhile.
 */
export async function route(run: Run): Promise<SettledStart | null> {
  const { initialIntervalMs } = run.input.timing;
  const giveUpAt = Date.now() + pausesForEarlier * initialIntervalMs;
  for (let pause = initialIntervalMs; ; pause *= 2) {
    const mayWait = Date.now() < giveUpAt;
    const read = await readOpportunity(run, mayWait);
    if (read.decision === 'skip') return skip(run, read.reason, read.detail, null);
    if (read.decision === 'hasBegun') return run.recall(read.begun);
    if (read.decision === 'unknownStage') return skip(run, 'not_trigger', null, null);
    const answer = read.decision === 'routed' ? read.answer : await readPosting(run, read, mayWait);
    if (answer.decision === 'hasBegun') return run.recall(answer.begun);
    if (answer.decision !== 'waits') return take(run, read.subject, answer);
    await condition(() => run.inbox.hasInterruption, Math.max(Math.min(pause, giveUpAt - Date.now()), 1), {
      summary: 'wait for an earlier run of the candidate to make room',
    });
    await processInbox(run);
    if (isTerminal(run.lifecycle.status)) return null;
  }
}

const readPosting = (
  run: Run,
  { subject, postingId }: ReadAnswer & { decision: 'readPosting' },
  mayWait: boolean,
): Promise<RouteAnswer> =>
  step('read the posting', () =>
    run.access.during(() =>
      run.lever.readPosting.executeWithOptions({ summary: 'read the posting, choose the assessment' }, [
        { run: run.identity, opportunity: subject.opportunity, postingId, mayWait },
      ]),
    ),
  );

async function readOpportunity(run: Run, mayWait: boolean): Promise<ReadAnswer> {
  const { delivery, stageId, toldAt, connectionId } = run.input;
  const ask = (): Promise<ReadAnswer> =>
    step('look at the opportunity', () =>
      run.access.during(() =>
        run.lever.readOpportunity.executeWithOptions({ summary: 'read the opportunity' }, [
          {
            run: { ...run.identity, opportunityId: run.opportunityId },
            delivery,
            stageId,
            ...(toldAt !== undefined && { toldAt }),
            mayWait,
          },
        ]),
      ),
    );
  const answer = await ask();
  if (answer.decision !== 'unknownStage') return answer;
  // A stage made after the connection was set up may bear a trigger stage's name.
  await step('read the stages', () =>
    run.access.during(() =>
      run.lever.refreshStages.executeWithOptions({ summary: 'read the stages again' }, [{ connectionId }]),
    ),
  );
  return ask();
}

async function take(
  run: Run,
  subject: Subject,
  answer: Exclude<RouteAnswer, { decision: 'waits' | 'hasBegun' }>,
): Promise<SettledStart | null> {
  if (answer.decision === 'skip') return skip(run, answer.reason, answer.detail, answer.plan);
  const { earlierTags = [] } = answer;
  const settled = {
    ...subject,
    posting: answer.posting,
    siblings: answer.others.length - (answer.own === null ? 1 : 0),
  };
  // What this run has heard by now the others, which are only announced, have not.
  if (answer.others.length > 0) await processInbox(run);
  if (isTerminal(run.lifecycle.status)) {
    await takeBackAnnounced(run, answer.others);
    return null;
  }
  for (const other of answer.others) {
    const { resume: _resume, ...input } = run.input;
    const child: AssessmentInput = {
      ...input,
      assessmentId: other.assessmentId,
      delivery: null,
      settled: { route: other.route, subject: settled, inheritTags: [], earlierTags },
    };
    await startSibling({
      workflowId: other.workflowId,
      staticSummary: `${run.input.vendor}: ${other.route.assessmentName}`,
      typedSearchAttributes: startAttributes({
        ...run.input,
        opportunityId: run.opportunityId,
        status: unrouted,
      }),
      args: [child],
    });
  }
  if (answer.own === null) return skip(run, answer.ownRefusal ?? 'no_assessment', null, null);
  return { subject: settled, route: answer.own, inheritTags: answer.inheritTags, earlierTags };
}

/** Those that were only announced are never begun: their rows end with the run's own, and so do their claims. */
async function takeBackAnnounced(run: Run, others: readonly Announced[]): Promise<void> {
  const { status } = run.lifecycle;
  const record: RunRecord = {
    ...{ seq: 1, at: Date.now(), status, suspended: false, attention: false },
    ...{ kind: 'closed', detail: run.reason, closed: true },
  };
  for (const { assessmentId, workflowId } of others) {
    await recordsLater(run.input.timing).writeRecords.executeWithOptions(
      { summary: 'end what was only announced' },
      [{ run: { ...run.identity, assessmentId, workflowId }, records: [record], deliveries: [] }],
    );
  }
}

/** On its own from here: the first run's end is not the end of the others (decision 0002). */
async function startSibling(
  options: Pick<ChildWorkflowOptions, 'workflowId' | 'staticSummary' | 'typedSearchAttributes'> & {
    args: [AssessmentInput];
  },
): Promise<void> {
  try {
    await startChild(workflowTypes.assessment, {
      ...options,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      // After a reset of this run the others are there, open or over: they go on, and nothing is begun again.
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function skip(run: Run, reason: SkipReason, detail: string | null, plan: Plan | null): null {
  // Called off meanwhile: what Lever shows is said already.
  if (isTerminal(run.lifecycle.status)) return null;
  run.remember({ skipReason: reason });
  run.apply({ type: 'skipped', reason });
  if (detail !== null) run.addRecord('status', detail);
  if (plan !== null) run.plans.add(plan);
  return null;
}
