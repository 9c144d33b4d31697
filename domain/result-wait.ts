import type { ToldResult } from './assessment';
import { endedFor, toldByVendor } from './end-reasons';
import type { LifecycleEvent, Presumption, VendorEvent } from './events';
import type { Claim, Lifecycle } from './lifecycle';
import { isUnderWay, looksWithin, resultWaitOf, waitsForResultUntil } from './lifecycle';
import type { Command, Reduction } from './reduction';
import { applied, ignored, moveTo } from './reduction';

/**
 * From the vendor's word that the candidate has finished to the result that proves it; a part of the reducer. Who has
 * signed is believed: the run awaits the result, without reminders or expiry, and goes on without it after a day. Who has
 * not is looked into for some minutes beside everything else, and nothing else comes of it.
 */

/** What a message says of the result. Who cannot prove to be the vendor says nothing of it. */
export function toldBy(event: VendorEvent): ToldResult | undefined {
  if (event.unproven === true) return undefined;
  if (event.type === 'changed') return event.presumed?.told;
  return event.type === 'completed' ? event.told : undefined;
}

/** The result is looked for at once, and again as long as it does not show. */
export function claim(state: Lifecycle, event: VendorEvent, now: number): Reduction {
  const proven = event.unproven !== true;
  const told = toldBy(event);
  const { claim: known } = state;
  if (known !== undefined && known.asks !== 'news' && (known.proven || !proven)) {
    // The last word counts.
    const heard = { ...known, ...(told !== undefined && { told }) };
    return applied({ ...state, claim: heard }, [lookFor(heard)]);
  }
  const { looksWithinMs, patienceMs } = resultWaitOf(state);
  const looks = looksWithin(looksWithinMs).filter((after) => after < patienceMs);
  // The last look comes right before the run goes on without the result.
  const looksAt = [...looks, ...(proven ? [patienceMs] : [])].map((after) => now + after);
  const made = { at: now, proven, looksAt, ...(told !== undefined && { told }) };
  return applied({ ...state, claim: made }, [lookFor(made)]);
}

/** One look, for the result or for news. */
function lookFor(known: Claim | undefined): Command {
  if (known?.asks === 'news') return ask(known.presumed);
  return { do: 'fetchResult', ...(known?.told !== undefined && { told: known.told }) };
}

const ask = (presumed: Presumption | undefined): Command => ({
  do: 'poll',
  ...(presumed !== undefined && { presumed }),
});

/** The vendor says that there are news, and shows them perhaps a little later. A claim that is there already says more. */
export function askForNews(
  state: Lifecycle,
  { presumed }: Extract<VendorEvent, { type: 'changed' }>,
  now: number,
): Reduction {
  const commands: Command[] = [ask(presumed)];
  const isKnown = state.claim !== undefined && state.claim.asks !== 'news';
  if (isKnown || state.policy.poll === null) return applied(state, commands);
  const looksAt = looksWithin(resultWaitOf(state).looksWithinMs).map((after) => now + after);
  const made = {
    at: now,
    proven: false,
    looksAt,
    asks: 'news',
    ...(presumed !== undefined && { presumed }),
  } as const;
  return applied({ ...state, claim: made }, commands);
}

export const fetched = (state: Lifecycle): Reduction => moveTo(withoutClaim(state), 'completed');

export function missing(
  state: Lifecycle,
  { reason, never }: Extract<LifecycleEvent, { type: 'resultMissing' }>,
): Reduction {
  if (!isUnderWay(state.status) || state.claim === undefined || state.claim.asks === 'news') {
    return ignored(reason);
  }
  if (!state.claim.proven) {
    // The vendor itself is asked whether the candidate has finished; its word counts.
    return never ? applied(withoutClaim(state), [{ do: 'poll' }]) : ignored(reason);
  }
  if (never) return goOnWithout(state, reason);
  const notShown = endedFor('result_not_shown', reason);
  const looked = { ...state.claim, looks: (state.claim.looks ?? 0) + 1 };
  if (state.status === 'awaiting_result') {
    return { outcome: 'ignored', reason, state: { ...state, claim: looked, reason: notShown } };
  }
  const { poll } = state.policy;
  return moveTo(
    {
      ...state,
      claim: looked,
      nextPollAt: poll === null ? null : state.claim.at + resultWaitOf(state).looksWithinMs + poll.minMs,
      pollIntervalMs: poll?.minMs ?? 0,
    },
    'awaiting_result',
    notShown,
  );
}

/** The candidate did finish: Lever says so, and says that the result has to be looked up at the vendor. */
const goOnWithout = (state: Lifecycle, fault: string | null): Reduction =>
  moveTo(withoutClaim(state), 'completed', null, [
    { do: 'plan', trigger: 'completed', reason: endedFor('no_result', fault) },
  ]);

/** What a vendor says of a candidate who has finished, as of a run that is over (`amendment.ts`). */
export function hear(state: Lifecycle, event: VendorEvent, now: number): Reduction {
  switch (event.type) {
    case 'completed':
    case 'changed':
      return claim(state, event, now);
    case 'declined':
      return event.unproven === true
        ? claim(state, event, now)
        : moveTo(withoutClaim(state), 'declined', toldByVendor(event.reason), [
            { do: 'plan', trigger: 'declined', reason: toldByVendor(event.reason) },
          ]);
    case 'started':
    case 'progress':
    case 'expired':
    case 'cancelled':
    case 'failed':
      return ignored('the candidate has finished: the result is awaited');
    default: {
      const unknown: never = event;
      throw new TypeError(`unknown vendor event ${JSON.stringify(unknown)}`);
    }
  }
}

export const isLookDue = ({ claim: known }: Lifecycle, now: number): boolean =>
  known?.looksAt[0] !== undefined && known.looksAt[0] <= now;

/** Several may be due after an outage: one look is enough. A claim that nobody has proven is dropped with the last one. */
export function look(state: Lifecycle, now: number): Reduction {
  const { claim: known } = state;
  if (known === undefined) return ignored('nothing is due');
  const looksAt = known.looksAt.filter((at) => at > now);
  const commands = [lookFor(known)];
  if (looksAt.length === 0 && !known.proven) return applied(withoutClaim(state), commands);
  return applied({ ...state, claim: { ...known, looksAt } }, commands);
}

/** Of a run that awaits its result. */
export function tick(state: Lifecycle, now: number): Reduction {
  if (isLookDue(state, now)) return look(state, now);
  const until = waitsForResultUntil(state);
  if (until !== null && until <= now) {
    return goOnWithout(state, state.reason?.detail ?? null);
  }
  if (state.nextPollAt === null || state.nextPollAt > now) return ignored('nothing is due');
  const interval = Math.min(state.pollIntervalMs * 2, state.policy.poll?.maxMs ?? state.pollIntervalMs);
  return applied({ ...state, pollIntervalMs: interval, nextPollAt: now + interval }, [lookFor(state.claim)]);
}

function withoutClaim({ claim: _claim, ...state }: Lifecycle): Lifecycle {
  return state;
}
