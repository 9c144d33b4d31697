import { ApplicationFailure } from '@temporalio/workflow';
import { isOpenAtVendor, isTerminal } from '../../domain/lifecycle';
import { refusedAction } from '../names';
import type { RunStatus } from './contract';

/**
 * Why an operator's action is refused, in words that say what to do. Synchronous without exception: the SDK drops the
 * result of an asynchronous validator, so it would never refuse anything.
 */

function refuse(because: string): never {
  throw ApplicationFailure.nonRetryable(because, refusedAction);
}

export function refuseRemind(run: RunStatus): void {
  if (!isOpenAtVendor(run.status)) refuse(`A run that is ${run.status} has no open invitation to remind of.`);
  if (run.suspended) refuse('The connection to Lever is gone; reconnect it first.');
}

export function refuseExtend(run: RunStatus, until: number): void {
  if (!isOpenAtVendor(run.status)) refuse(`A run that is ${run.status} has no deadline to extend.`);
  if (!Number.isFinite(until)) refuse('Say until when, in milliseconds since 1970.');
  if (run.deadlineAt !== null && until <= run.deadlineAt) {
    refuse(`The deadline is already ${new Date(run.deadlineAt).toISOString()}; choose a later one.`);
  }
  if (until <= Date.now()) refuse('The new deadline is in the past.');
}

export function refuseCancel(run: RunStatus): void {
  if (isTerminal(run.status)) refuse(`The run is already ${run.status}.`);
}

export function refuseUnlessFailed(run: RunStatus, effectId: string): void {
  if (!run.attention.some((failed) => failed.effectId === effectId)) {
    const known = run.attention.map((failed) => failed.effectId).join(', ');
    refuse(`There is no failed effect ${effectId}; failed are: ${known === '' ? 'none' : known}.`);
  }
}
