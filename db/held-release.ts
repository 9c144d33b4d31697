import { backfillLimitReached, backfillLimits } from '../domain/reconciling';
import type { Logger } from '../platform/log';
import type { HeldChoice, HeldDeliveries } from './repositories/held';

/** How many held deliveries go on, or were given up, and how many of the connection's are still held. */
export interface HeldCount {
  done: number;
  left: number;
}

/**
 * What becomes of a connection's held deliveries (decision 0005). One that is released goes on as pending, like one that
 * was kept while Temporal was away: neither an outage nor the end of this process can lose it half way.
 */
export interface HeldRelease {
  /**
   * After a connection can be used again they go on by themselves, unless they are too old or too many: those stay for
   * a person to release or discard, whatever happens to the connection from then on.
   */
  resume(connectionId: string, now: number): Promise<void>;
  /** A person lets up to `limit` go on, oldest first: no limit stops them. */
  release(connectionId: string, choice: HeldChoice & { limit: number }): Promise<HeldCount>;
  /** A person gives up to `limit` up for good, oldest first. */
  discard(connectionId: string, choice: HeldChoice & { limit: number }): Promise<HeldCount>;
}

export function createHeldRelease(deps: {
  held: Omit<HeldDeliveries, 'stranded'>;
  log: Logger;
}): HeldRelease {
  const { held, log } = deps;

  return {
    async resume(connectionId, now) {
      const waiting = await held.forResume(connectionId, backfillLimits.tooMany + 1);
      if (waiting.length > backfillLimits.tooMany) {
        await held.leaveToPerson(connectionId, 'too_many');
        log.warn(
          { connectionId },
          'too many deliveries are held to go on by themselves: a person has to decide',
        );
        return;
      }
      const isOld = ({ receivedAt }: { receivedAt: number }) =>
        backfillLimitReached(now - receivedAt, waiting.length) !== null;
      const old = waiting.filter(isOld).map(({ id }) => id);
      await held.leaveToPerson(connectionId, 'too_old', old);
      const fresh = waiting.filter((delivery) => !isOld(delivery));
      for (const { id } of fresh) await held.release(id);
      if (waiting.length > 0) {
        log.info({ connectionId, held: old.length, released: fresh.length }, 'held deliveries were released');
      }
    },

    async release(connectionId, choice) {
      const chosen = await held.releasable(connectionId, choice);
      for (const { id } of chosen) await held.release(id);
      return { done: chosen.length, left: await held.count(connectionId) };
    },

    async discard(connectionId, choice) {
      const done = await held.discard(connectionId, choice);
      return { done, left: await held.count(connectionId) };
    },
  };
}
