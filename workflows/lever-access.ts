import { condition } from '@temporalio/workflow';
import { explain } from './failures';
import type { KnownFailure } from './failures';

/**
 * The way to Lever while the grant may be gone (design D9): whoever meets a revoked grant waits here, looks again every
 * hour or as soon as the connection changes, and gives up at the connection's limit.
 */

/** A suspended run looks again this often, in case the signal of a reconnection was lost. */
const lookAgainMs = 3_600_000;

/** Thrown to whoever waited when the suspend limit is reached. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

export interface LeverAccessHooks {
  /** Called when the grant turned out to be gone; again at every further failure. */
  suspend(): void;
  resume(): void;
  /** When waiting must end, ms since 1970. */
  giveUpAt(): number;
}

const isCutOff = ({ code }: KnownFailure): boolean => code === 'connection.disconnected';

export class LeverAccess {
  private changes = 0;

  constructor(private readonly hooks: LeverAccessHooks) {}

  /** How often the connection was changed so far. */
  get changeCount(): number {
    return this.changes;
  }

  /** The connection was changed: look at once. */
  connectionChanged(): void {
    this.changes += 1;
  }

  /**
   * Carries out one request to Lever, however long the grant takes to come back.
   * @param waitsFor the failures that a change of the connection can end
   * @throws GivenUp at the connection's suspend limit, and every other failure as it is
   */
  async during<T>(request: () => Promise<T>, waitsFor = isCutOff): Promise<T> {
    for (;;) {
      const seen = this.changes;
      try {
        const answer = await request();
        this.hooks.resume();
        return answer;
      } catch (error) {
        if (!waitsFor(explain(error))) throw error;
        this.hooks.suspend();
        const left = this.hooks.giveUpAt() - Date.now();
        if (left <= 0) throw new GivenUp();
        await condition(() => this.changes !== seen, Math.min(left, lookAgainMs), {
          summary: 'wait until the connection to Lever is restored',
        });
      }
    }
  }
}
