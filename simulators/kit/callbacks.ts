import { setTimeout as sleep } from 'node:timers/promises';
import type { CallbackFault } from './faults';

/** One request to the receiver. `outcome` says what the vendor does next. */
export interface CallbackAttempt {
  /** The vendor's id of the run it is about. */
  applicationId: string;
  attempt: number;
  method: string;
  url: string;
  body: string;
  sentAt: string;
  /** HTTP status, or null when no answer came. */
  status: number | null;
  outcome: 'done' | 'retry' | 'dropped';
}

export interface Callback {
  applicationId: string;
  method: string;
  url: string;
  /** Of one attempt, because a signature may hold its time; `forged`: with a proof that does not fit. */
  headers: (forged: boolean) => Record<string, string>;
  /** Empty: none is sent. */
  body: string;
  /** No attempt after this time. */
  until?: Date;
}

export interface RetryRules {
  /** The wait before attempt `attempt` (2, 3, …), ms; null: it is given up. */
  wait: (attempt: number, sinceFirstMs: number) => number | null;
  /** What an answer means; null: there was none. */
  judge: (status: number | null) => CallbackAttempt['outcome'];
  timeoutMs: number;
}

/** Waits of a fixed list, one before each further attempt. */
export const steps =
  (waits: readonly number[]): RetryRules['wait'] =>
  (attempt) =>
    waits[attempt - 2] ?? null;

/** Any 2xx is "taken", everything else is tried again. */
export const anySuccess: RetryRules['judge'] = (status) =>
  status !== null && status >= 200 && status < 300 ? 'done' : 'retry';

/** Calls receivers back, once, and by the vendor's retry rules when that fails. */
export class CallbackSender {
  readonly #attempts: CallbackAttempt[] = [];
  #held: { callback: Callback; go: () => void }[] = [];
  #stopped = new AbortController();

  constructor(
    /** Uses up one turn of such a fault, if one is switched on. */
    private readonly take: (kind: CallbackFault['kind']) => CallbackFault | undefined,
    private readonly rules: RetryRules,
  ) {}

  /** Resolves after the first attempt, whatever became of it; further attempts go on in the background. */
  async send(callback: Callback): Promise<void> {
    if (this.take('lost-callback')) return;
    if (this.take('held-callback')) {
      await new Promise<void>((resolve) => this.#held.push({ callback, go: resolve }));
      if (this.#stopped.signal.aborted) return;
    }
    const late = this.take('late-callback');
    if (late?.kind === 'late-callback' && !(await this.#wait(late.ms))) return;
    const again = this.take('duplicate-callback');
    const copies = again?.kind === 'duplicate-callback' ? again.copies : 0;
    const firstAt = Date.now();
    await Promise.all(Array.from({ length: copies + 1 }, () => this.#start(callback, firstAt)));
    this.#release(callback.applicationId);
  }

  attempts(filter: { applicationId?: string | undefined } = {}): CallbackAttempt[] {
    return this.#attempts
      .filter(
        ({ applicationId }) => filter.applicationId === undefined || applicationId === filter.applicationId,
      )
      .map((attempt) => ({ ...attempt }));
  }

  /** Ends every waiting attempt and every request under way. */
  stop(): void {
    this.#stopped.abort();
    for (const { go } of this.#held.splice(0)) go();
  }

  clear(): void {
    this.stop();
    this.#stopped = new AbortController();
    this.#attempts.length = 0;
  }

  #release(applicationId: string): void {
    const released = this.#held.filter(({ callback }) => callback.applicationId === applicationId);
    this.#held = this.#held.filter((one) => !released.includes(one));
    for (const { go } of released) go();
  }

  async #start(callback: Callback, firstAt: number): Promise<void> {
    if ((await this.#send(callback, 1)) === 'retry') void this.#retry(callback, firstAt);
  }

  async #retry(callback: Callback, firstAt: number): Promise<void> {
    for (let attempt = 2; ; attempt += 1) {
      const wait = this.rules.wait(attempt, Date.now() - firstAt);
      if (wait === null || !(await this.#wait(wait))) return;
      if (callback.until && callback.until.getTime() <= Date.now()) return;
      if ((await this.#send(callback, attempt)) !== 'retry') return;
    }
  }

  async #send(callback: Callback, attempt: number): Promise<CallbackAttempt['outcome']> {
    const { signal } = this.#stopped;
    const sentAt = new Date().toISOString();
    const status = await this.#request(callback, signal);
    if (signal.aborted) return 'dropped';
    const outcome = this.rules.judge(status);
    const { applicationId, method, url, body } = callback;
    this.#attempts.push({ applicationId, attempt, method, url, body, sentAt, status, outcome });
    return outcome;
  }

  async #request({ url, method, body, headers }: Callback, stopped: AbortSignal): Promise<number | null> {
    const forged = this.take('wrong-signature') !== undefined;
    const over = new AbortController();
    const end = (): void => over.abort();
    // Not AbortSignal.any with AbortSignal.timeout: Node 20 may collect the latter before its time.
    const timer = setTimeout(end, this.rules.timeoutMs);
    stopped.addEventListener('abort', end, { once: true });
    try {
      const answer = await fetch(url, {
        method,
        headers: { ...(body && { 'content-type': 'application/json' }), ...headers(forged) },
        ...(body && { body }),
        // A redirect is an answer like any other: vendors do not follow it.
        redirect: 'manual',
        signal: over.signal,
      });
      await answer.body?.cancel();
      return answer.status;
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
      stopped.removeEventListener('abort', end);
    }
  }

  /** False when the simulator was stopped or cleared meanwhile. */
  async #wait(ms: number): Promise<boolean> {
    try {
      await sleep(ms, undefined, { signal: this.#stopped.signal });
      return true;
    } catch {
      return false;
    }
  }
}
