import type { Info } from '@temporalio/activity';
import { parseAssessmentWorkflowId } from '../domain/ids';
import type { RunIdentity } from '../domain/records';
import { assessmentIdOf } from '../platform/crypto/assessment-id';

/** Whom an activity works for, as its input and its workflow tell. */
export interface About {
  connectionId: string | null;
  /** Null for what no run asked for: looks, upkeep, and what a person waits for. */
  assessmentId: string | null;
  /** Enough to make the run's row; null where the input does not hold it. */
  identity: RunIdentity | null;
  /** What it writes to Lever. */
  effect: string | undefined;
  /** A person waits for the answer, and hears of the failure. */
  isAnswered: boolean;
}

/** What inputs of activities have in common. */
interface Input {
  connectionId?: string;
  assessmentId?: string;
  run?: RunIdentity;
  effect?: { kind?: string };
}

export function aboutOf(given: unknown, info: Pick<Info, 'workflowExecution'>): About {
  const { run, effect, ...input } = (typeof given === 'object' && given !== null ? given : {}) as Input;
  const workflowId = info.workflowExecution?.workflowId;
  return {
    connectionId: run?.connectionId ?? input.connectionId ?? null,
    assessmentId: run?.assessmentId ?? input.assessmentId ?? runOf(workflowId),
    identity: run ?? null,
    effect: effect?.kind,
    isAnswered: workflowId === undefined,
  };
}

/** An input that does not name its run is that of the workflow's own. */
const runOf = (workflowId: string | undefined): string | null =>
  workflowId === undefined || parseAssessmentWorkflowId(workflowId) === null
    ? null
    : assessmentIdOf(workflowId);
