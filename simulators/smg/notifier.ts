import type { CallbackAttempt, RetryRules } from '../kit/callbacks';
import { CallbackSender } from '../kit/callbacks';
import { callbackAddress, parseCallbackConfig } from './callback-config';
import { reportName } from './catalogue';
import type { SmgFaults } from './faults';
import type { Application, SmgState } from './state';
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

const climb =
  (ladder: readonly Rung[]): RetryRules['wait'] =>
  (_attempt, elapsed) =>
    ladder.find(({ untilMs }) => elapsed < untilMs)?.everyMs ?? null;

/** Tells the partner of a submitted questionnaire, once, and by the vendor's retry rules when that fails. */
export class Notifier {
  readonly #sender: CallbackSender;

  constructor(
    private readonly state: SmgState,
    private readonly faults: SmgFaults,
    options: { ladder: readonly Rung[]; timeoutMs: number },
  ) {
    this.#sender = new CallbackSender((kind) => faults.take([kind]), {
      wait: climb(options.ladder),
      // 200 is "done"; any status that the account does not name drops the callback for ever.
      judge: (status) =>
        status === 200 ? 'done' : status === null || this.#config.retried.has(status) ? 'retry' : 'dropped',
      timeoutMs: options.timeoutMs,
    });
  }

  /**
   * Sends the callback of a completed application to its own address, else to the account's; none set, nothing sent.
   * Resolves after the first attempt, whatever became of it; further attempts go on in the background.
   */
  async notify(application: Application): Promise<void> {
    const config = this.#config;
    const template = application.callbackUrl ?? config.url;
    if (template === undefined) return;
    const shownId = this.faults.take(['wrong-callback-id'])?.application_id ?? application.id;
    const { authorization: _withoutProof, ...open } = config.headers;
    await this.#sender.send({
      applicationId: application.id,
      method: config.method,
      url: callbackAddress(template, shownId),
      headers: (forged) => (forged ? open : config.headers),
      // A GET carries no body, whatever ext_notify says.
      body: config.extended && config.method !== 'GET' ? this.#extended(application, shownId) : '',
      until: application.expiresAt,
    });
  }

  attempts(filter?: { applicationId?: string | undefined }): CallbackAttempt[] {
    return this.#sender.attempts(filter);
  }

  /** Ends every waiting retry and every request under way. */
  stop(): void {
    this.#sender.stop();
  }

  clear(): void {
    this.#sender.clear();
  }

  get #config(): ReturnType<typeof parseCallbackConfig> {
    return parseCallbackConfig(this.state.account.config);
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
}
