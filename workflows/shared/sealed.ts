import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, patched, setHandler } from '@temporalio/workflow';
import { isUnsealed } from '../../domain/unsealed';
import { refusedAction } from '../names';

/**
 * The only ways into a workflow. What the hub has not sealed was not said by the hub: a start ends refused, a signal is
 * dropped, an update is refused. Nothing of it may throw in a signal's handler, which would stop the workflow for good.
 */

/** ApplicationFailure type of a workflow that was not started by the hub. */
const refusedStart = 'refused';

/** Nothing was given either. */
const isForged = (said: unknown): boolean => said === undefined || said === null || isUnsealed(said);

/** The workflow as it may be started. @throws ApplicationFailure `refused`, for good */
export const startedByTheHub =
  <Input, Outcome>(workflow: (input: Input) => Promise<Outcome>) =>
  (input: Input): Promise<Outcome> =>
    isForged(input)
      ? Promise.reject(
          ApplicationFailure.nonRetryable('The hub has not sealed what this was started with.', refusedStart),
        )
      : workflow(input);

/** Drops what the hub has not said, and hands its name to `forged`. Call it before the first await. */
export function onSignal<Said>(
  signal: SignalDefinition<[Said]>,
  take: (said: Said) => void,
  forged: (name: string) => void,
): void {
  setHandler(signal, (said) => (isForged(said) ? forged(signal.name) : take(said)));
}

/** The same for a signal that may come without a word: it makes a workflow look, and no more. */
export function onNudge<Said>(
  signal: SignalDefinition<[Said?]>,
  take: (said: Said | undefined) => void,
  forged: (name: string) => void,
): void {
  setHandler(signal, (said) => (isUnsealed(said) ? forged(signal.name) : take(said)));
}

/** A signal that came without a word in runs of older code. */
export function onWordedSignal<Said>(
  signal: SignalDefinition<[Said]>,
  take: () => void,
  forged: (name: string) => void,
): void {
  setHandler(signal, (said) => {
    const isOfOlderCode = said === undefined && !patched(`${signal.name} says who`);
    return isForged(said) && !isOfOlderCode ? forged(signal.name) : take();
  });
}

/** @param refuse why the update is refused otherwise, by throwing */
export function onUpdate<Answer, Said>(
  update: UpdateDefinition<Answer, [Said]>,
  carryOut: (said: Said) => Promise<Answer>,
  refuse: (said: Said) => void,
): void {
  setHandler(update, carryOut, {
    validator: (said: Said) => {
      if (isForged(said))
        throw ApplicationFailure.nonRetryable('The hub has not sealed this request.', refusedAction);
      refuse(said);
    },
  });
}
