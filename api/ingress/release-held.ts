import type { Logger } from '../../platform/log';
import type { Replay } from './replay';

/** The brakes of design D4: nobody is mass-invited by accident. */
const tooOldMs = 72 * 3_600_000;
const tooMany = 50;

/**
 * After a connection can be used again its held deliveries go on, unless they are too old or too many: those stay for a
 * person to release or discard.
 */
export function createHeldRelease(deps: {
  /** Held deliveries of a connection, at most `limit`, newest first. */
  listHeld: (connectionId: string, limit: number) => Promise<{ id: string; receivedAt: number }[]>;
  replay: Replay;
  log: Logger;
}) {
  return async (connectionId: string, now: number): Promise<void> => {
    const held = await deps.listHeld(connectionId, tooMany + 1);
    const fresh =
      held.length > tooMany ? [] : held.filter((delivery) => now - delivery.receivedAt <= tooOldMs);
    // In the order in which they came.
    for (const delivery of fresh.reverse()) await deps.replay.replay(delivery.id);
    if (held.length > 0) {
      deps.log.info(
        { connectionId, held: held.length, released: fresh.length },
        'held deliveries were released',
      );
    }
  };
}
