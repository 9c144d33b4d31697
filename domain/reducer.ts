import type { EndReason } from './end-reasons';
import { endedFor, toldByVendor } from './end-reasons';
import type { EventPosition } from './event-position';
import { higherOf, highWaterMarkOf, isOlder, marked, overtaken, positionOf } from './event-position';
import type { LifecycleEvent, VendorEvent } from './events';
import type { Lifecycle } from './lifecycle';
import { isOpenAtVendor, isTerminal, isUnderWay } from './lifecycle';
import type { Command, Reduction } from './reduction';
import { applied, ignored, moveTo } from './reduction';
import * as result from './result-wait';
import type { PolicyInput } from './run-policy';

/**
 * One step of a run: pure, so that the workflow and the tests agree.
 * `now` is ms since 1970. Every event that changes nothing comes back with the reason.
 */
export function reduce(state: Lifecycle, event: LifecycleEvent, now: number): Reduction {
  // A flag beside the state: what a run that is over still has to write may have to wait for Lever, too.
  if (event.type === 'suspended') return suspend(state, now);
  if (event.type === 'resumed') return resume(state, now);
  if (isTerminal(state.status)) return ignored(`the run is already ${state.status}`);
  switch (event.type) {
    case 'routed':
      return moveTo(state, 'inviting');
    case 'skipped':
      return moveTo(state, 'skipped', endedFor(event.reason));
    case 'invited':
      return invite(state, event.expiresAt, now);
    case 'invitationFailed':
      return fail(state, event.reason, (reason) => [{ do: 'plan', trigger: 'failed', reason }]);
    case 'stepFailed':
      return fail(state, event.reason, (reason) => [
        ...(isOpenAtVendor(state.status) ? [{ do: 'cancelAtVendor' } as const] : []),
        { do: 'tellFailure', reason },
      ]);
    case 'started':
    case 'progress':
    case 'completed':
    case 'expired':
    case 'declined':
    case 'cancelled':
    case 'failed':
    case 'changed':
      return reduceVendorEvent(state, event, now);
    case 'resultFetched':
      return result.fetched(state);
    case 'resultMissing':
      return result.missing(state, event);
    case 'opportunityDeleted':
      return cancel(state, endedFor('deleted'), false);
    case 'opportunityArchived':
    case 'opportunityHired':
    case 'opportunityLeftStage':
      return leave(state, event);
    case 'cancelRequested':
      return cancel(state, endedFor('called_off', event.reason), true);
    case 'connectionEnded':
      // Nothing is written to Lever any more.
      return cancel(state, endedFor('connection_disabled'), false);
    case 'extended':
      return extend(state, event.until, now);
    case 'remindRequested':
      return isOpenAtVendor(state.status)
        ? applied(state, [{ do: 'remind' }])
        : ignored('there is no open invitation to remind of');
    case 'tick':
      return tick(state, now);
    default: {
      const unknown: never = event;
      throw new TypeError(`unknown event ${JSON.stringify(unknown)}`);
    }
  }
}

const suspend = (state: Lifecycle, now: number): Reduction =>
  state.suspendedAt === null
    ? applied({ ...state, suspendedAt: now })
    : ignored('the run is already suspended');

const resume = (state: Lifecycle, now: number): Reduction =>
  state.suspendedAt === null
    ? ignored('the run is not suspended')
    : applied({ ...state, suspendedAt: null, remindersAt: state.remindersAt.filter((at) => at > now) });

function invite(state: Lifecycle, vendorExpiresAt: number | null, now: number): Reduction {
  const move = moveTo(state, 'invited');
  if (move.outcome !== 'applied') return move;
  const { policy } = state;
  const ownDeadline = policy.expiresAfterMs === null ? null : now + policy.expiresAfterMs;
  const deadlines = [ownDeadline, vendorExpiresAt].filter((at) => at !== null);
  const deadlineAt = deadlines.length === 0 ? null : Math.min(...deadlines);
  return applied({
    ...move.state,
    invitedAt: now,
    deadlineAt,
    remindersAt: remindersOf(policy, now, deadlineAt),
    nextPollAt: policy.poll === null ? null : now + policy.poll.minMs,
    pollIntervalMs: policy.poll?.minMs ?? 0,
  });
}

/** Ascending. */
function remindersOf(policy: PolicyInput, invitedAt: number, deadlineAt: number | null): number[] {
  const times = policy.reminderOffsetsMs.map((offset) => invitedAt + offset);
  if (policy.remindsAtHalf === true && deadlineAt !== null) {
    times.push(Math.round((invitedAt + deadlineAt) / 2));
  }
  return times.sort((a, b) => a - b);
}

/** Of two messages that overtook each other the vendor's own count says which one is true now. */
function reduceVendorEvent(state: Lifecycle, event: VendorEvent, now: number): Reduction {
  if (!isUnderWay(state.status)) return { outcome: 'held', reason: `the run is still ${state.status}` };
  const position = positionOf(event);
  const known = highWaterMarkOf(state);
  if (position === undefined) return reduceNews(state, event, now);
  if (known !== undefined && isOlder(position, known)) return ignored(overtaken(position, known));
  const heard = hear(state, position);
  const reduction = reduceNews(heard, event, now);
  return reduction.outcome === 'ignored' ? { ...reduction, state: heard } : reduction;
}

/** Notes how far the vendor's news have come, whatever they mean for the run. */
export function hear(state: Lifecycle, position: EventPosition | undefined): Lifecycle {
  const mark = higherOf(position, highWaterMarkOf(state));
  return mark === null ? state : { ...state, ...marked(mark) };
}

function reduceNews(state: Lifecycle, told: VendorEvent, now: number): Reduction {
  if (state.status === 'awaiting_result') return result.hear(state, told, now);
  // Who cannot prove to be the vendor can make the hub ask, and nothing else.
  const event: VendorEvent = told.unproven === true && told.type !== 'completed' ? { type: 'changed' } : told;
  switch (event.type) {
    case 'started':
      return state.status === 'in_progress'
        ? ignored('the run is already in progress')
        : moveTo(freshen(state, now), 'in_progress', null, [
            { do: 'plan', trigger: 'started', reason: null },
          ]);
    case 'progress':
      if (state.steps.includes(event.step)) return ignored(`the step ${event.step} is already known`);
      return applied({ ...freshen(state, now), status: 'in_progress', steps: [...state.steps, event.step] }, [
        { do: 'plan', trigger: 'progress', step: event.step },
      ]);
    case 'completed':
      return result.claim(state, event, now);
    case 'expired':
      return moveTo(state, 'expired', null, [{ do: 'plan', trigger: 'expired', reason: null }]);
    case 'declined':
    case 'cancelled':
    case 'failed':
      return endAs(state, event.type, toldByVendor(event.reason));
    case 'changed':
      return result.askForNews(freshen(state, now), event, now);
    default: {
      const unknown: never = event;
      throw new TypeError(`unknown vendor event ${JSON.stringify(unknown)}`);
    }
  }
}

const endAs = (
  state: Lifecycle,
  status: 'declined' | 'cancelled' | 'failed',
  reason: EndReason | null,
): Reduction => moveTo(state, status, reason, [{ do: 'plan', trigger: status, reason }]);

function fail(state: Lifecycle, words: string, commands: (reason: EndReason) => Command[]): Reduction {
  const reason = endedFor('fault', words);
  return moveTo(state, 'failed', reason, commands(reason));
}

/** News from the vendor make polling quick again: more is likely to follow. */
function freshen(state: Lifecycle, now: number): Lifecycle {
  const { poll } = state.policy;
  return poll === null ? state : { ...state, pollIntervalMs: poll.minMs, nextPollAt: now + poll.minMs };
}

/** Whoever has finished has a result on its way, and it belongs into Lever wherever the candidate is by then. */
function leave(
  state: Lifecycle,
  { type }: { type: 'opportunityArchived' | 'opportunityHired' | 'opportunityLeftStage' },
): Reduction {
  if (type === 'opportunityLeftStage' && state.policy.onLeaveStage !== 'cancel') {
    return ignored('leaving the stage does not end a run of this connection');
  }
  if (state.status === 'awaiting_result') return ignored('the candidate has finished: the result is awaited');
  return cancel(state, endedFor(leaveReasons[type]), true);
}

const leaveReasons = {
  opportunityArchived: 'archived',
  opportunityHired: 'hired',
  opportunityLeftStage: 'left',
} as const;

/** As long as no result proves that the candidate has finished, the vendor is told, too. */
function cancel(state: Lifecycle, reason: EndReason, opportunityExists: boolean): Reduction {
  const commands: Command[] = [];
  if (isUnderWay(state.status)) commands.push({ do: 'cancelAtVendor' });
  if (opportunityExists) commands.push({ do: 'plan', trigger: 'cancelled', reason });
  return moveTo(state, 'cancelled', reason, commands);
}

function extend(state: Lifecycle, until: number, now: number): Reduction {
  if (!isOpenAtVendor(state.status)) return ignored('there is no open invitation to extend');
  if (until <= now) return ignored('the new deadline is in the past');
  return applied({ ...state, deadlineAt: until, lastLookDone: false }, [{ do: 'extendAtVendor', until }]);
}

function tick(state: Lifecycle, now: number): Reduction {
  if (state.suspendedAt !== null && state.suspendedAt + state.policy.suspendLimitMs <= now) {
    return moveTo(state, 'unwritten', endedFor('suspend_limit'));
  }
  if (state.status === 'awaiting_result') return result.tick(state, now);
  if (!isOpenAtVendor(state.status)) return ignored('nothing is due');
  if (state.deadlineAt !== null && state.deadlineAt <= now) return reachDeadline(state);
  if (result.isLookDue(state, now)) return result.look(state, now);
  const reminder = state.remindersAt[0];
  if (reminder !== undefined && reminder <= now && state.suspendedAt === null) {
    // Several may be due after an outage: the candidate gets one.
    return applied({ ...state, remindersAt: state.remindersAt.filter((at) => at > now) }, [{ do: 'remind' }]);
  }
  if (state.nextPollAt !== null && state.nextPollAt <= now) return poll(state, now);
  return ignored('nothing is due');
}

/** A callback may have been lost: the vendor is asked once more before a candidate's work is called expired. */
function reachDeadline(state: Lifecycle): Reduction {
  if (state.policy.poll !== null && !state.lastLookDone) {
    return applied({ ...state, lastLookDone: true }, [{ do: 'poll' }]);
  }
  return moveTo(state, 'expired', endedFor('deadline'), [
    { do: 'cancelAtVendor' },
    { do: 'plan', trigger: 'expired', reason: null },
  ]);
}

function poll(state: Lifecycle, now: number): Reduction {
  const longest = state.policy.poll?.maxMs ?? state.pollIntervalMs;
  const interval = Math.min(state.pollIntervalMs * 2, longest);
  return applied({ ...state, pollIntervalMs: interval, nextPollAt: now + interval }, [{ do: 'poll' }]);
}
