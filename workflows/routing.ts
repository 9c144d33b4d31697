import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { ReadAnswer, RouteAnswer } from '../activities/types';
import type { Subject } from '../domain/assessment';
import type { Plan } from '../domain/effects';
import type { SkipReason } from '../domain/events';
import { isTerminal } from '../domain/lifecycle';
import { searchAttributes, unrouted, workflowTypes } from './messages';
import type { AssessmentInput, SettledStart } from './messages';
import type { Run } from './run';
import { step } from './steps';

/**
 * From the stage change to the assessment (design 3): look whether the candidate is really there, find what the posting
 * asks for, and claim it. Null: the run is skipped, and says why.
 */
export async function route(run: Run): Promise<SettledStart | null> {
  const read = await readOpportunity(run);
  switch (read.decision) {
    case 'skip':
      return skip(run, read.reason, read.detail, null);
    case 'unknownStage':
      return skip(run, 'not_trigger', null, null);
    case 'routed':
      return take(run, read.subject, read.answer);
    case 'readPosting': {
      const answer = await step('read the posting', () =>
        run.access.during(() =>
          run.lever.readPosting.executeWithOptions({ summary: 'read the posting, choose the assessment' }, [
            { run: run.identity, opportunity: read.subject.opportunity, postingId: read.postingId },
          ]),
        ),
      );
      return take(run, read.subject, answer);
    }
  }
}

async function readOpportunity(run: Run): Promise<ReadAnswer> {
  const ask = (): Promise<ReadAnswer> =>
    step('look at the opportunity', () =>
      run.access.during(() =>
        run.lever.readOpportunity.executeWithOptions({ summary: 'read the opportunity' }, [
          {
            run: { ...run.identity, opportunityId: run.opportunityId },
            delivery: run.input.delivery,
            stageId: run.input.stageId,
          },
        ]),
      ),
    );
  const answer = await ask();
  if (answer.decision !== 'unknownStage') return answer;
  // A stage made after the connection was set up may bear a trigger stage's name.
  await step('read the stages', () =>
    run.access.during(() =>
      run.lever.refreshStages.executeWithOptions({ summary: 'read the stages again' }, [
        { connectionId: run.input.connectionId },
      ]),
    ),
  );
  return ask();
}

async function take(run: Run, subject: Subject, answer: RouteAnswer): Promise<SettledStart | null> {
  if (answer.decision === 'skip') return skip(run, answer.reason, answer.detail, answer.plan);
  const settled = {
    ...subject,
    posting: answer.posting,
    siblings: answer.others.length - (answer.own === null ? 1 : 0),
  };
  for (const other of answer.others) {
    const { resume: _resume, ...input } = run.input;
    const child: AssessmentInput = {
      ...input,
      assessmentId: other.assessmentId,
      delivery: null,
      settled: { route: other.route, subject: settled, inheritTags: [] },
    };
    // On its own from here: the first run's end is not the end of the others (design D1).
    await startChild(workflowTypes.assessment, {
      workflowId: other.workflowId,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${run.input.vendor}: ${other.route.assessmentName}`,
      typedSearchAttributes: [
        { key: searchAttributes.connection, value: input.connectionId },
        { key: searchAttributes.vendor, value: input.vendor },
        { key: searchAttributes.opportunity, value: run.opportunityId },
        { key: searchAttributes.status, value: unrouted },
      ],
      args: [child],
    });
  }
  if (answer.own === null) return skip(run, answer.ownRefusal ?? 'no_assessment', null, null);
  return { subject: settled, route: answer.own, inheritTags: answer.inheritTags };
}

function skip(run: Run, reason: SkipReason, detail: string | null, plan: Plan | null): null {
  // Called off meanwhile: what Lever shows is said already.
  if (isTerminal(run.lifecycle.status)) return null;
  run.apply({ type: 'skipped', reason });
  if (detail !== null) run.note('status', detail);
  if (plan !== null) run.plans.add(plan);
  return null;
}
