import { types } from 'node:util';
import { activityInfo, ApplicationFailure, log } from '@temporalio/activity';
import { FulcrumError } from '../domain/errors';
import { isWorthTelling, tellsAfterMs } from '../domain/trouble';
import { framesOf } from '../platform/log';
import { aboutOf } from './about';
import { refuseForeign } from './called-by-the-hub';
import type { Judge } from './refusals';
import type { TroubleKeeper } from './troubles';

/**
 * The edge of every activity: any fault becomes an ApplicationFailure whose type is the fault's code, which says whether
 * Temporal tries again, and when. What keeps failing says so in its row meanwhile.
 */

export interface FailureTimes {
  /** After an unclear answer the other side may still be working on the request (decision 0008), ms. */
  unclearRetryDelayMs: number;
  /** Pauses between attempts grow from the one to the other, ms; as the workflows set them. */
  initialIntervalMs: number;
  maxIntervalMs: number;
}

export interface FailureEdge extends FailureTimes {
  troubles: TroubleKeeper;
  judge: Judge;
}

const unclearCodes = new Set(['lever.unclear', 'vendor.unclear']);

/** No other side keeps a run waiting for longer with one `Retry-After`. */
const longestAskedMs = 3_600_000;

/**
 * Wraps every activity of a group, so that none can forget it.
 * @param standalone names of those that are asked for without a workflow
 */
export function withFailures<Activities extends object>(
  activities: Activities,
  edge: FailureEdge,
  standalone: readonly string[] = [],
): Activities {
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    async (...args: unknown[]): Promise<unknown> => {
      const carryOut = activity as (...given: unknown[]) => Promise<unknown>;
      const mayStandAlone = standalone.includes(name);
      refuseForeign(activityInfo(), args, { expected: carryOut.length, mayStandAlone });
      return attempt(name, args, carryOut, edge);
    },
  ]);
  return Object.fromEntries(wrapped) as Activities;
}

async function attempt(
  name: string,
  args: unknown[],
  activity: (...given: unknown[]) => Promise<unknown>,
  edge: FailureEdge,
): Promise<unknown> {
  const info = activityInfo();
  const about = aboutOf(args[0], info);
  const triedAt = Date.now();
  const since = info.scheduledTimestampMs > 0 ? info.scheduledTimestampMs : triedAt;
  const isRepeat = info.attempt > 1;
  let told = isRepeat && isWorthTelling(info.attempt - 1, triedAt - since, 0);
  const tell = (code: FulcrumError['code'], message: string): void => {
    if (about.isAnswered) return;
    told = true;
    edge.troubles.tell(about, { code, message, step: name, since });
  };
  // One that hangs says so, too. To have stood in a queue is no trouble: of a first attempt only its own time counts.
  const hanging = setTimeout(
    () => tell('internal', 'no answer came so far; it is waited for'),
    Math.max(0, (isRepeat ? since : triedAt) + tellsAfterMs - triedAt),
  );
  hanging.unref();
  try {
    const answer = await activity(...args);
    if (told) edge.troubles.clear(about, name);
    await edge.judge.worked(about, name);
    return answer;
  } catch (error) {
    if (error instanceof ApplicationFailure) throw error;
    const refused = await edge.judge.refused(toError(error), about, name, triedAt);
    const failure = toApplicationFailure(refused, edge);
    const nextIn = failure.nonRetryable === true ? null : pauseBefore(refused, info.attempt, edge);
    // One that will not be tried again is the workflow's to tell; what no run asked for has nobody else to tell it.
    const isTold =
      nextIn === null
        ? about.assessmentId === null
        : isWorthTelling(info.attempt, Date.now() - since, nextIn);
    if (isTold) tell(refused.code, refused.message);
    throw failure;
  } finally {
    clearTimeout(hanging);
  }
}

const toError = (error: unknown): FulcrumError =>
  error instanceof FulcrumError
    ? error
    : new FulcrumError('internal', 'an unexpected fault inside the hub', { cause: error });

/** The failure for any fault. Types and messages of unknown errors stay inside: they may quote what they met. */
function toApplicationFailure(known: FulcrumError, times: FailureTimes): ApplicationFailure {
  if (known.code === 'internal') log.error('activity failed', { fault: nameOf(known.cause ?? known) });
  const { attempt: number } = activityInfo();
  const delay = isPutOff(known) ? pauseBefore(known, number, times) : undefined;
  return ApplicationFailure.create({
    type: known.code,
    message: known.message,
    nonRetryable: !known.retryable,
    details: [{ ...known.detail, attempt: number }],
    // The server takes a delay of nothing (`Retry-After: 0`) for "no more retries".
    ...(delay !== undefined && delay > 0 && { nextRetryDelay: delay }),
  });
}

/** Whether the pause is longer than the one that Temporal makes by itself. */
const isPutOff = (error: FulcrumError): boolean =>
  unclearCodes.has(error.code) || error.retryAfterMs !== undefined;

/**
 * How long until the next attempt, ms. A delay of our own takes the place of Temporal's growing pauses, so it has to grow
 * like them: another side that answers "in a second" for hours is not asked every second.
 */
export function pauseBefore(
  error: Pick<FulcrumError, 'code' | 'retryAfterMs'>,
  attempts: number,
  { unclearRetryDelayMs, initialIntervalMs, maxIntervalMs }: FailureTimes,
): number {
  const longest = Math.max(maxIntervalMs, initialIntervalMs);
  const growing = Math.min(initialIntervalMs * 2 ** Math.min(attempts - 1, 40), longest);
  const asked = Math.min(error.retryAfterMs ?? 0, longestAskedMs);
  return Math.max(growing, asked, unclearCodes.has(error.code) ? unclearRetryDelayMs : 0);
}

/** Class and place without the message, which may hold what a person wrote. */
function nameOf(error: unknown): string {
  if (!types.isNativeError(error)) return typeof error;
  const [place] = framesOf(error);
  return `${error.name}${place === undefined ? '' : ` ${place}`}`;
}
