import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { ErrorCode } from '../../domain/errors';
import { isErrorCode } from '../../domain/errors';

/** What an activity's failure means to the run. */
export interface KnownFailure {
  code: ErrorCode;
  message: string;
  /** How often it was tried. */
  attempts: number;
}

/** What lies under the envelopes: a workflow that ends with its activity's failure wraps it once more. */
const causeOf = (error: unknown): unknown =>
  error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? causeOf(error.cause) : error;

/** The code and words that the activity gave its fault. */
export function explain(error: unknown): KnownFailure {
  const cause = causeOf(error);
  if (cause instanceof ApplicationFailure) {
    const [details] = (cause.details ?? []) as [{ attempt?: number }?];
    return {
      code: isErrorCode(cause.type) ? cause.type : 'internal',
      message: cause.message,
      attempts: details?.attempt ?? 1,
    };
  }
  if (cause instanceof TimeoutFailure)
    return { code: 'internal', message: 'the step took too long', attempts: 1 };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), attempts: 1 };
}

/** Whether the request may have taken effect although it failed: in doubt it may. */
export function mayBeOut(error: unknown): boolean {
  const cause = causeOf(error);
  if (!(cause instanceof ApplicationFailure)) return true;
  const [details] = (cause.details ?? []) as [{ mayBeOut?: boolean }?];
  return details?.mayBeOut ?? true;
}

export const isCancelled = (error: unknown): boolean =>
  error instanceof CancelledFailure ||
  (error instanceof ActivityFailure && error.cause instanceof CancelledFailure);
