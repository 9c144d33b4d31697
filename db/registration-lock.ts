import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { FulcrumError } from '../domain/errors';
import type { Database } from './database';

const pollMs = 200;

/**
 * Runs `fn` while no other process does the same for this connection. The lock ends with its process. Who holds it keeps
 * one of the slow pool's connections; who waits keeps none.
 * @throws FulcrumError `conflict` when another holds it for longer than `waitMs`
 */
export async function withRegistrationLock<T>(
  db: Database,
  connectionId: string,
  waitMs: number,
  fn: () => Promise<T>,
): Promise<T> {
  const giveUpAt = Date.now() + waitMs;
  for (;;) {
    const held = await db.slow.transaction().execute(async (tx) => {
      const { rows } = await sql<{ locked: boolean }>`
        select pg_try_advisory_xact_lock(hashtextextended(${`registration/${connectionId}`}, 0)) as locked
      `.execute(tx);
      return rows[0]?.locked === true ? { result: await fn() } : null;
    });
    if (held !== null) return held.result;
    if (Date.now() > giveUpAt) throw beingRegistered(connectionId);
    await sleep(pollMs);
  }
}

const beingRegistered = (connectionId: string): FulcrumError =>
  new FulcrumError(
    'conflict',
    'The webhooks of this connection are being registered by another request just now. ' +
      'Look at the connection in a minute, and test it if they are not registered then.',
    { detail: { connection: connectionId } },
  );
