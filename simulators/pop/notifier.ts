import { setTimeout as sleep } from 'node:timers/promises';
import { callbackAddress, parseCallbackConfig } from './callback-config';
import type { CallbackConfig } from './callback-config';
import { reportName } from './catalogue';
import type { Faults } from './faults';
import type { Application, PopState } from './state';
import { isoDay } from './wire';

/** One rung: until `untilMs` after the first attempt, try again every `everyMs`. */
export interface Rung {
  everyMs: number;
  untilMs: number;
}

/** The vendor's own ladder (notify-partner.html); the last rung lasts until the application expires. */
export const vendorLadder: readonly Rung[] = [
  { everyMs: 1_000, untilMs: 60_000 },
  { everyMs: 60_000, untilMs: 3_600_000 },
  { everyMs: 86_400_000, untilMs: Number.POSITIVE_INFINITY },
];

/** One request to the partner. `outcome` says what the vendor does next. */
export interface CallbackAttempt {
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

interface Job {
  application: Application;
  config: CallbackConfig;
  url: string;
  body: string;
  firstAt: number;
}

/** Tells the partner of a submitted questionnaire, once, and by the vendor's retry rules when that fails. */
export class Notifier {
  readonly attempts: CallbackAttempt[] = [];
  #stopped = new AbortController();

  constructor(
    private readonly state: PopState,
    private readonly faults: Faults,
    private readonly options: { ladder: readonly Rung[]; timeoutMs: number },
  ) {}

  /**
   * Sends the callback of a completed application to its own address, else to the account's; none set, nothing sent.
   * Resolves after the first attempt, whatever became of it; further attempts go on in the background.
   */
  async notify(application: Application): Promise<void> {
    const config = parseCallbackConfig(this.state.account.config);
    const template = application.callbackUrl ?? config.url;
    if (template === undefined || this.faults.take(['lost-callback'])) return;

    const shownId = this.faults.take(['wrong-callback-id'])?.application_id ?? application.id;
    const late = this.faults.take(['late-callback']);
    if (late && !(await this.#wait(late.ms))) return;
    const job: Job = {
      application,
      config,
      url: callbackAddress(template, shownId),
      // A GET carries no body, whatever ext_notify says.
      body: config.extended && config.method !== 'GET' ? this.#extended(application, shownId) : '',
      firstAt: Date.now(),
    };
    const copies = this.faults.take(['duplicate-callback'])?.copies ?? 0;
    await Promise.all(Array.from({ length: copies + 1 }, () => this.#start(job)));
  }

  /** Ends every waiting retry and every request under way. */
  stop(): void {
    this.#stopped.abort();
  }

  clear(): void {
    this.stop();
    this.#stopped = new AbortController();
    this.attempts.length = 0;
  }

  #extended(application: Application, shownId: string): string {
    return JSON.stringify({
      application_id: shownId,
      position_id: application.positionId,
      aname: this.state.positionName(application.positionId),
      started: isoDay(application.startedAt),
      completed: isoDay(application.completedAt),
      report_id: application.reportId ?? '0',
      report_name: reportName,
    });
  }

  async #start(job: Job): Promise<void> {
    if ((await this.#send(job, 1)) === 'retry') void this.#retry(job);
  }

  async #retry(job: Job): Promise<void> {
    for (let attempt = 2; ; attempt += 1) {
      const elapsed = Date.now() - job.firstAt;
      const rung = this.options.ladder.find(({ untilMs }) => elapsed < untilMs);
      if (!rung || !(await this.#wait(rung.everyMs))) return;
      if (job.application.expiresAt.getTime() <= Date.now()) return;
      if ((await this.#send(job, attempt)) !== 'retry') return;
    }
  }

  async #send(job: Job, attempt: number): Promise<CallbackAttempt['outcome']> {
    const { signal } = this.#stopped;
    const sentAt = new Date().toISOString();
    const { method } = job.config;
    const status = await this.#request(job, signal);
    if (signal.aborted) return 'dropped';
    const outcome =
      status === 200 ? 'done' : status === null || job.config.retried.has(status) ? 'retry' : 'dropped';
    this.attempts.push({
      applicationId: job.application.id,
      attempt,
      method,
      url: job.url,
      body: job.body,
      sentAt,
      status,
      outcome,
    });
    return outcome;
  }

  async #request(job: Job, stopped: AbortSignal): Promise<number | null> {
    try {
      const answer = await fetch(job.url, {
        method: job.config.method,
        headers: { ...(job.body && { 'content-type': 'application/json' }), ...job.config.headers },
        ...(job.body && { body: job.body }),
        // A redirect is "any other status": the vendor does not follow it.
        redirect: 'manual',
        signal: AbortSignal.any([stopped, AbortSignal.timeout(this.options.timeoutMs)]),
      });
      await answer.body?.cancel();
      return answer.status;
    } catch {
      return null;
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
