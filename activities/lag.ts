import { activityInfo } from '@temporalio/activity';
import { FulcrumError } from '../domain/errors';
import { pauseBeforeLook } from '../domain/lag';
import type { ActivityDeps } from './deps';

/** What would be lost if nobody looked again is looked for this long. */
const longestMs = 86_400_000;

const waitedMs = (): number => Date.now() - activityInfo().scheduledTimestampMs;

/**
 * To be called where Lever does not show what it told of, or what was just made there. Returns once Lever has had its time
 * (`LEVER_LAG`), counted from when the activity was asked for; before that the activity's next attempt looks again.
 * @throws FulcrumError `lever.not_yet`
 */
export function expectLater(deps: Pick<ActivityDeps, 'leverLagMs'>, message: string): void {
  const pause = pauseBeforeLook(waitedMs(), deps.leverLagMs);
  if (pause !== null) throw new FulcrumError('lever.not_yet', message, { retryAfterMs: pause });
}

/**
 * The same for what must not be given up so soon: after that time it goes on for a day, with pauses as long as has been
 * waited so far, an hour at most.
 * @throws FulcrumError `lever.not_yet`
 */
export function insistOn(deps: Pick<ActivityDeps, 'leverLagMs'>, message: string): void {
  expectLater(deps, message);
  const waited = waitedMs();
  if (waited < longestMs)
    throw new FulcrumError('lever.not_yet', message, { retryAfterMs: Math.min(waited, 3_600_000) });
}
