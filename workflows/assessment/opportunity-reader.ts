import type { ActivityInterfaceFor } from '@temporalio/workflow';
import type { LeverActivities, ReadAnswer, RouteAnswer } from '../../activities/types';
import { step } from '../shared/steps';
import type { AssessmentInput } from './contract';
import type { LeverAccess } from './lever-access';
import type { RunContext } from './run-context';

/** Reads in Lever what routing needs, however long that takes. */
export class OpportunityReader {
  constructor(
    private readonly input: Pick<AssessmentInput, 'delivery' | 'stageId' | 'toldAt' | 'connectionId'>,
    private readonly context: Pick<RunContext, 'identity' | 'opportunityId'>,
    private readonly lever: Pick<
      ActivityInterfaceFor<LeverActivities>,
      'readOpportunity' | 'readPosting' | 'refreshStages'
    >,
    private readonly access: Pick<LeverAccess, 'during'>,
  ) {}

  /** @param mayWait for an earlier run of the candidate */
  async readOpportunity(mayWait: boolean): Promise<ReadAnswer> {
    const { delivery, stageId, toldAt, connectionId } = this.input;
    const { identity, opportunityId } = this.context;
    const ask = (): Promise<ReadAnswer> =>
      step('look at the opportunity', () =>
        this.access.during(() =>
          this.lever.readOpportunity.executeWithOptions({ summary: 'read the opportunity' }, [
            {
              run: { ...identity, opportunityId },
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
      this.access.during(() =>
        this.lever.refreshStages.executeWithOptions({ summary: 'read the stages again' }, [{ connectionId }]),
      ),
    );
    return ask();
  }

  readPosting(
    { subject, postingId }: ReadAnswer & { decision: 'readPosting' },
    mayWait: boolean,
  ): Promise<RouteAnswer> {
    return step('read the posting', () =>
      this.access.during(() =>
        this.lever.readPosting.executeWithOptions({ summary: 'read the posting, choose the assessment' }, [
          { run: this.context.identity, opportunity: subject.opportunity, postingId, mayWait },
        ]),
      ),
    );
  }
}
