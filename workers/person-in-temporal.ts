import type { Client, WorkflowClient } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { Execution, PersonInTemporal } from '../activities/erasing';
import { namesPerson, type Subject } from '../domain/erasure';
import {
  amendmentWorkflowId,
  assessmentWorkflowId,
  candidacyWorkflowId,
  parseAssessmentWorkflowId,
  subjectPrefix,
} from '../domain/ids';
import { assessmentIdOf } from '../platform/crypto/assessment-id';
import { emailDigests } from '../platform/crypto/hmac';
import type { KeyRing } from '../platform/crypto/keyring';
import { blindWorkflows } from '../platform/temporal/blind-client';
import { EncryptionCodec } from '../platform/temporal/codec';
import { grpcCode, hasGrpcCode } from '../platform/temporal/grpc-code';
import { workflowTypes } from '../workflows/names';
import { searchAttributes } from '../workflows/search-attributes';

/** Temporal's clock, and the database's, by which an erasure has begun. */
const clocksMs = 5_000;
/** Ids in one visibility query. */
const idsAtOnce = 25;
/** Histories that one activity opens. */
const looksAtOnce = 50;
/** A sweep that found nothing has one activity; any more tell of runs. */
const eventsOfQuietSweep = 11;

/** Visibility queries are text: an id from outside must not end its own quotation. */
const quoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/**
 * A person's executions in Temporal, by the ids of their runs and by what is searchable, and their deletion.
 * @param vendorOf the vendor of a connection; null: it is gone
 * @param lists how workflows are listed; default: without opening what they hold
 */
export function createPersonInTemporal(
  client: Client,
  ring: KeyRing,
  vendorOf: (connectionId: string) => string | null,
  lists: Pick<WorkflowClient, 'list' | 'getHandle'> = blindWorkflows(client),
): PersonInTemporal {
  const { namespace } = client.options;
  const codec = new EncryptionCodec(ring);

  const inTime = (startTime: Date, before: Date): boolean =>
    startTime.getTime() <= before.getTime() + clocksMs;

  return {
    async executionsOf(subject, before) {
      const found = new Map<string, Execution>();
      const runs: NonNullable<Subject['runs']> = [];
      const take = async (query: string, isByName: boolean): Promise<void> => {
        for await (const { workflowId, runId, startTime } of lists.list({ query })) {
          if (!isByName && !inTime(startTime, before)) continue;
          found.set(runId, { workflowId, runId });
          const parsed = parseAssessmentWorkflowId(workflowId);
          if (parsed === null) continue;
          const { connectionId } = parsed;
          runs.push({ assessmentId: assessmentIdOf(workflowId), workflowId, connectionId });
        }
      };
      for (const query of queriesOf(subject)) await take(query, false);
      const ids = idsOf(ring, { ...subject, runs: [...subject.runs, ...runs] });
      for (let from = 0; from < ids.length; from += idsAtOnce) {
        const some = ids.slice(from, from + idsAtOnce);
        await take(`WorkflowId IN (${some.map(quoted).join(', ')})`, true);
      }
      // What began a moment ago is not in the list yet.
      for (const workflowId of ids) {
        const runId = await presentRun(workflowId);
        if (runId !== null) found.set(runId, { workflowId, runId });
      }
      return { executions: [...found.values()], found: { runs } };
    },

    async looksNaming(subject, page) {
      const mine = subject.connectionIds.map(quoted).join(', ');
      const query =
        `ExecutionStatus != 'Running' AND ((WorkflowType = '${workflowTypes.reconcile}' AND ` +
        `${searchAttributes.connection.name} IN (${mine})) OR ` +
        `(WorkflowType = '${workflowTypes.sweep}' AND HistoryLength > ${eventsOfQuietSweep}))`;
      const answer = await client.workflowService.listWorkflowExecutions({
        namespace,
        query,
        pageSize: looksAtOnce,
        nextPageToken: page === null ? new Uint8Array(0) : Buffer.from(page, 'base64'),
      });
      const executions: Execution[] = [];
      for (const { execution } of answer.executions) {
        const one = { workflowId: execution?.workflowId ?? '', runId: execution?.runId ?? '' };
        if (await names(one, subject)) executions.push(one);
      }
      const token = answer.nextPageToken;
      return { executions, page: token.length === 0 ? null : Buffer.from(token).toString('base64') };
    },

    async deleteExecutions(executions) {
      for (const { workflowId, runId } of executions) {
        await unlessGone(() =>
          client.workflowService.deleteWorkflowExecution({
            namespace,
            workflowExecution: { workflowId, runId },
          }),
        );
      }
    },
  };

  function queriesOf({ connectionIds, opportunityIds, references }: Subject): string[] {
    if (connectionIds.length === 0) return [];
    const mine = `${searchAttributes.connection.name} IN (${connectionIds.map(quoted).join(', ')})`;
    const prefixOf = (connectionId: string, name: string): string[] => {
      const vendor = vendorOf(connectionId);
      if (vendor === null) return [];
      const id = assessmentWorkflowId({ vendor, connectionId, subject: name, eventKey: 'any' });
      return [`WorkflowId STARTS_WITH ${quoted(subjectPrefix(id))}`];
    };
    return [
      ...opportunityIds.map((id) => `${searchAttributes.opportunity.name} = ${quoted(id)} AND ${mine}`),
      // Children and runs that a vendor began, whatever their attributes are.
      ...connectionIds.flatMap((connection) => opportunityIds.flatMap((id) => prefixOf(connection, id))),
      ...references.flatMap(({ connectionId, reference }) => prefixOf(connectionId, reference)),
    ];
  }

  async function presentRun(workflowId: string): Promise<string | null> {
    const described = await unlessGone(() => lists.getHandle(workflowId).describe());
    return described === null ? null : described.runId;
  }

  /** Whether anything in the history of an execution names the person. */
  async function names({ workflowId, runId }: Execution, subject: Subject): Promise<boolean> {
    let nextPageToken: Uint8Array = new Uint8Array(0);
    do {
      const token = nextPageToken;
      const answer = await unlessGone(() =>
        client.workflowService.getWorkflowExecutionHistory({
          namespace,
          execution: { workflowId, runId },
          nextPageToken: token,
        }),
      );
      if (answer === null) return false;
      for (const event of answer.history?.events ?? []) {
        for (const payload of payloadsIn(event)) {
          const [opened] = await codec.decode([payload]).catch(() => [] as Payload[]);
          const text = Buffer.from(opened?.data ?? []).toString('utf8');
          if (namesPerson(text, subject, '', true)) return true;
        }
      }
      nextPageToken = answer.nextPageToken;
    } while (nextPageToken.length > 0);
    return false;
  }
}

/** Workflow ids that follow from what is known of the person. */
const idsOf = (ring: KeyRing, { runs, connectionIds, emails, opportunityIds }: Subject): string[] => {
  const people = [
    ...emails.flatMap((email) => emailDigests(ring, email)),
    ...opportunityIds.map((id) => `opportunity-${id}`),
  ];
  return [
    ...new Set([
      ...runs.flatMap(({ workflowId, assessmentId }) => [workflowId, amendmentWorkflowId(assessmentId)]),
      ...connectionIds.flatMap((id) => people.map((person) => candidacyWorkflowId(id, person))),
    ]),
  ];
};

const isPayload = (message: unknown): message is Payload =>
  typeof message === 'object' && message !== null && 'data' in message && 'metadata' in message;

/** All payloads in a message of Temporal's, however deep. */
function payloadsIn(message: unknown): Payload[] {
  if (isPayload(message)) return [message];
  if (typeof message !== 'object' || message === null || ArrayBuffer.isView(message)) return [];
  return Object.values(message).flatMap(payloadsIn);
}

async function unlessGone<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (hasGrpcCode(error, grpcCode.notFound) || hasGrpcCode(cause, grpcCode.notFound)) return null;
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return null;
    throw error;
  }
}
