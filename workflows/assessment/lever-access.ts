import { condition } from '@temporalio/workflow';
import { isOfConnection } from '../../domain/impairment';
import type { KnownFailure } from '../shared/failures';
import { explain } from '../shared/failures';

/**
 * The way through a connection that may not be usable (decision 0010): whoever meets a revoked grant, or what every run of the
 * connection meets, waits here, tries again now and then or as soon as the connection changes, and gives up at the
 * connection's limit.
 */

/** A suspended run tries again this often, in case the signal of a reconnection was lost. */
const longestPauseMs = 3_600_000;

/** Thrown to whoever waited when the suspend limit is reached. */
export class SuspendLimitReached extends Error {
  override readonly name = 'SuspendLimitReached';
}

export interface LeverAccessHooks {
  /** Called with what stands in the way; again at every further failure. */
  suspend(failure: KnownFailure): void;
  resume(): void;
  /** When waiting must end, ms since 1970. */
  giveUpAt(): number;
}

/** The pause before the next try. Only a person can end a revocation; other faults may go as they came. */
export const pauseBeforeRetry = ({ code }: KnownFailure, attempts: number, firstMs: number): number =>
  code === 'connection.disconnected'
    ? longestPauseMs
    : Math.min(Math.max(firstMs, 1) * 2 ** Math.min(attempts, 30), longestPauseMs);

export class LeverAccess {
  /** How often somebody who waited got through, or gave up. */
  private passed = 0;
  /** How often somebody said that a try is worth it. */
  private changes = 0;
  /** Of several who wait, the one who tries; the others follow it, so that a try costs the history one request. */
  private leader: object | null = null;

  constructor(
    private readonly hooks: LeverAccessHooks,
    /** The first pause before another try, where it may help without anybody's help; they double. */
    private readonly firstPauseMs: number,
  ) {}

  /** How often the connection was changed so far. */
  get changeCount(): number {
    return this.changes;
  }

  /** The connection was changed: whoever tries for all tries at once. */
  connectionChanged(): void {
    this.changes += 1;
  }

  /** A request that waits for nothing got through: whoever waits tries at once. */
  succeeded(): void {
    this.passed += 1;
    this.hooks.resume();
  }

  /**
   * Carries out one request, however long the connection takes to become usable.
   * @param waitsFor the failures that a change of the connection can end
   * @throws SuspendLimitReached at the connection's suspend limit, and every other failure as it is
   */
  async during<T>(
    request: () => Promise<T>,
    waitsFor: (failure: KnownFailure) => boolean = ({ code }) => isOfConnection(code),
  ): Promise<T> {
    const me = {};
    try {
      for (let attempts = 0; ; attempts += 1) {
        const seen = { passed: this.passed, changes: this.changes };
        try {
          const answer = await request();
          // Somebody else may still sleep over what this one did not meet.
          if (this.leader !== null && this.leader !== me) this.passed += 1;
          this.hooks.resume();
          return answer;
        } catch (error) {
          const failure = explain(error);
          if (!waitsFor(failure)) throw error;
          this.hooks.suspend(failure);
          await this.wait(me, seen, pauseBeforeRetry(failure, attempts, this.firstPauseMs));
        }
      }
    } finally {
      if (this.leader === me) {
        this.leader = null;
        // Whatever it met, the others find out for themselves.
        this.passed += 1;
      }
    }
  }

  private async wait(me: object, seen: { passed: number; changes: number }, pauseMs: number): Promise<void> {
    const left = this.hooks.giveUpAt() - Date.now();
    if (left <= 0) throw new SuspendLimitReached();
    this.leader ??= me;
    if (this.leader !== me) return condition(() => this.passed !== seen.passed);
    await condition(
      () => this.passed !== seen.passed || this.changes !== seen.changes,
      Math.min(left, pauseMs),
      { summary: 'wait until the connection is restored' },
    );
  }
}
