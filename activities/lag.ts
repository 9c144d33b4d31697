import { activityInfo } from '@temporalio/activity';
import { FulcrumError } from '../domain/errors';
import { pauseBeforeLook } from '../domain/lag';
import type { ActivityDeps } from './deps';

/**
 * To be called where Lever does not show what it told of, or what was just made there. Returns once Lever has had its time
 * (`LEVER_LAG`), counted from when the activity was asked for; before that the activity's next attempt looks again.
 * @throws FulcrumError `lever.not_yet`
 */
export function expectLater(deps: Pick<ActivityDeps, 'leverLagMs'>, message: string): void {
  const waited = Date.now() - activityInfo().scheduledTimestampMs;
  const pause = pauseBeforeLook(waited, deps.leverLagMs);
  if (pause !== null) throw new FulcrumError('lever.not_yet', message, { retryAfterMs: pause });
}
