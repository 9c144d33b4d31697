import {
  type Client,
  isGrpcServiceError,
  type WorkflowClient,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Connection } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import { amendmentWorkflowId, leverBucket } from '../../domain/ids';
import type { Status } from '../../domain/lifecycle';
import type { Logger } from '../../platform/log';
import { blindWorkflows } from '../../platform/temporal/blind-client';
import type { TemporalBreaker } from '../../platform/temporal/breaker';
import { grpcCode } from '../../platform/temporal/grpc-code';
import { type AmendmentInput } from '../../workflows/amendment/contract';
import {
  type AssessmentInput,
  connectionChangedSignal,
  connectionEndedSignal,
  opportunityChangedSignal,
  type OpportunityHint,
  type VendorNews,
  vendorNewsSignal,
} from '../../workflows/assessment/contract';
import { type EraseInput, erasureWorkflowId } from '../../workflows/erasure/contract';
import { taskQueues, workflowTypes } from '../../workflows/names';
import { listening } from '../../workflows/search-attributes';
import { searchAttributes, startAttributes, unrouted } from '../../workflows/search-attributes';

/**
 * Everything that the api says to runs without waiting for their answer. Every call ends within the breaker's
 * deadline; one that Temporal did not take throws FulcrumError `temporal.unavailable`, or `temporal.refused` where it is
 * this one message that it does not take.
 */
export interface RunGateway {
  /** False: this very stage change was answered by a run that is over. */
  start(connection: Connection, workflowId: string, input: AssessmentInput): Promise<boolean>;
  /** False: there is no such run any more. */
  hint(workflowId: string, hint: OpportunityHint): Promise<boolean>;
  /** False: there is no such open run. */
  tell(workflowId: string, news: VendorNews): Promise<boolean>;
  /** Gives late news to the run's amendment (decision 0012); answers the amendment's workflow id. */
  amend(connection: Connection, input: AmendmentInput, news: VendorNews): Promise<string>;
  /** Open runs of an opportunity by Temporal's own (slightly late) visibility. */
  openRunsOf(connectionId: string, opportunityId: string): Promise<string[]>;
  /** Open workflows whose task has failed so often in a row that the server reports it (default: five times). */
  countFailing(): Promise<number>;
  /**
   * Has every open run of a connection, and every amendment, look at once whether it can go on; how many. One that takes no
   * signal is passed over.
   * `look`: also what became of the opportunity meanwhile, because no webhook told of it.
   */
  wake(connectionId: string, options?: { look?: boolean }): Promise<number>;
  /** The same: has them withdraw what they can at the vendor, and end; amendments give up. */
  end(connectionId: string): Promise<number>;
  /** Has a person erased whom a stored request names; one that is under way goes on. */
  erase(input: EraseInput): Promise<void>;
}

/** Whether Temporal does not take this one message: whoever tells several runs goes on with the next. */
export const isRefusedAlone = (error: unknown): error is FulcrumError =>
  error instanceof FulcrumError && error.code === 'temporal.refused';

/** Whom the run is about, for Temporal Web UI: ids only. */
const subjectOf = ({ opportunityId, screening }: AssessmentInput): string =>
  opportunityId === null ? `session ${screening?.sessionId ?? ''}` : `opportunity ${opportunityId}`;

const originOf = ({ opportunityId, stageId, screening }: AssessmentInput): string =>
  opportunityId === null
    ? `Session \`${screening?.sessionId ?? ''}\`, told by the vendor`
    : `Opportunity \`${opportunityId}\`, entered stage \`${stageId}\``;

/** The server says what it refused; ids may stand in it, and no more. */
const mostOfWords = 300;

/** Visibility queries are text: an id from outside must not end its own quotation. */
const quoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** @param lists how workflows are listed; default: without opening what they hold */
export function createRunGateway(
  client: Client,
  breaker: TemporalBreaker,
  log: Logger,
  lists: Pick<WorkflowClient, 'list'> = blindWorkflows(client),
): RunGateway {
  const attributesOf = (connection: Connection, opportunityId: string | null, status?: Status) =>
    startAttributes({
      connectionId: connection.id,
      vendor: connection.vendor,
      opportunityId,
      ...(status !== undefined && { status }),
    });

  /** Whether namespace and search attributes are as the hub needs them: a query that names them all is answered. */
  const isPrepared = async (): Promise<boolean> => {
    const query = Object.values(searchAttributes)
      .map(({ name }) => `${name} = 'none'`)
      .join(' AND ');
    try {
      await breaker.run(() => client.workflow.count(query));
      return true;
    } catch {
      return false;
    }
  };

  /**
   * A refusal that is no outage (a missing search attribute, a namespace that is gone) is an operator's to mend. Until
   * then the message is kept as pending like in an outage, for it must not be lost. But what the server calls invalid
   * although everything around it is in order will never be taken, and must not be tried for ever.
   */
  const call = async <T>(fn: () => Promise<T>): Promise<T> => {
    try {
      return await breaker.run(fn);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      const refusal = isGrpcServiceError(error) ? error : isGrpcServiceError(cause) ? cause : null;
      // Whoever asks for a workflow that has to be there deals with its absence; to a start it says the same as here.
      const isAbsence = error instanceof WorkflowNotFoundError;
      if (error instanceof FulcrumError || (refusal === null && !isAbsence)) throw error;
      const grpc: number = refusal?.code ?? grpcCode.notFound;
      const words = (refusal?.details ?? '').slice(0, mostOfWords);
      log.error({ grpcCode: grpc, err: refusal ?? error }, 'Temporal refused a request');
      if (grpc === grpcCode.invalidArgument && (await isPrepared())) {
        throw new FulcrumError('temporal.refused', `Temporal does not take this message: ${words}`, {
          cause: error,
        });
      }
      throw new FulcrumError('temporal.unavailable', `Temporal refused the request: ${words}`, {
        cause: error,
      });
    }
  };

  /** Answers false where the addressee is gone. */
  const reach = async (fn: () => Promise<void>): Promise<boolean> =>
    call(async () => {
      try {
        await fn();
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    });

  const openRuns = async (query: string): Promise<string[]> =>
    call(async () => {
      const ids: string[] = [];
      for await (const run of lists.list({ query })) ids.push(run.workflowId);
      return ids;
    });

  const tellAll = async (
    connectionId: string,
    tell: (run: WorkflowHandle) => Promise<void>,
  ): Promise<number> => {
    const ids = await openRuns(listening(connectionId));
    let told = 0;
    for (const workflowId of ids) {
      try {
        await reach(() => tell(client.workflow.getHandle(workflowId)));
        told += 1;
      } catch (error) {
        if (!isRefusedAlone(error)) throw error;
        log.error(
          { workflowId, err: error },
          'a run takes no signal any more, and the others go on without it',
        );
      }
    }
    return told;
  };

  return {
    start: (connection, workflowId, input) =>
      call(async () => {
        try {
          await client.workflow.start(workflowTypes.assessment, {
            workflowId,
            taskQueue: taskQueues.assessments,
            args: [input],
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            workflowIdConflictPolicy: 'USE_EXISTING',
            priority: { fairnessKey: leverBucket(connection) },
            typedSearchAttributes: attributesOf(connection, input.opportunityId, unrouted),
            staticSummary: `${connection.vendor} for ${connection.customer}: ${subjectOf(input)}`,
            staticDetails: [
              `Assessment \`${input.assessmentId}\``,
              `Connection \`${connection.id}\` of ${connection.customer} (${connection.environment})`,
              originOf(input),
            ].join('\n\n'),
          });
          return true;
        } catch (error) {
          if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
          throw error;
        }
      }),

    hint: (workflowId, hint) =>
      reach(() => client.workflow.getHandle(workflowId).signal(opportunityChangedSignal, hint)),

    tell: (workflowId, news) =>
      reach(() => client.workflow.getHandle(workflowId).signal(vendorNewsSignal, news)),

    amend: async (connection, input, news) => {
      const workflowId = amendmentWorkflowId(input.assessmentId);
      await call(() =>
        client.workflow.signalWithStart(workflowTypes.amendment, {
          workflowId,
          taskQueue: taskQueues.assessments,
          args: [input],
          signal: vendorNewsSignal,
          signalArgs: [news],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          priority: { fairnessKey: leverBucket(connection) },
          typedSearchAttributes: attributesOf(connection, news.delivery.opportunityId),
          staticSummary: `${connection.vendor} for ${connection.customer}: late news of ${input.assessmentId}`,
        }),
      );
      return workflowId;
    },

    openRunsOf: (connectionId, opportunityId) =>
      openRuns(
        `${searchAttributes.opportunity.name} = ${quoted(opportunityId)} AND ` +
          `${searchAttributes.connection.name} = ${quoted(connectionId)} AND ` +
          `WorkflowType = '${workflowTypes.assessment}' AND ExecutionStatus = 'Running'`,
      ),

    countFailing: () =>
      call(async () => {
        const query = "TemporalReportedProblems IS NOT NULL AND ExecutionStatus = 'Running'";
        return (await client.workflow.count(query)).count;
      }),

    wake: (connectionId, options = {}) =>
      tellAll(connectionId, (run) => run.signal(connectionChangedSignal, options)),

    erase: async (input) => {
      await call(() =>
        client.workflow.start(workflowTypes.erasePerson, {
          workflowId: erasureWorkflowId(input.erasureId),
          taskQueue: taskQueues.assessments,
          args: [input],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: 'erases a person',
        }),
      );
    },

    end: (connectionId) =>
      tellAll(connectionId, (run) => run.signal(connectionEndedSignal, { connectionId })),
  };
}
