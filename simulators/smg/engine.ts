import { Mailbox } from '../kit/mailbox';
import type { LoggedCall } from '../kit/request-log';
import { RequestLog } from '../kit/request-log';
import type { Position } from './catalogue';
import { favourableAnswers, questions } from './catalogue';
import { smgFaults } from './faults';
import type { Rung } from './notifier';
import { Notifier } from './notifier';
import type { Account, Answer, Application, Field, ScoreOverride } from './state';
import { fieldOf, isOpen, SmgState, statusOf } from './state';
import { errorCodes, SmgError } from './wire';

/** One request to the API, with what became of it. */
export interface LoggedRequest extends LoggedCall {
  command: string;
  /** The parsed body, or the text as it came when it is no JSON object. */
  body: unknown;
  /** User name of the Basic credentials, never the password. */
  user: string | null;
  errorCode: number | null;
  /** The application the request named or its answer made. */
  applicationId: string | null;
}

/**
 * Which existing application makes a new one with `fail_on_dup` a duplicate, always of the same candidate e-mail:
 * `open-position` = same position and not completed, expired or cancelled; `position` = same position in any state;
 * `candidate` = any application at all, the literal reading of create-application.html.
 */
export const duplicateRules = ['open-position', 'position', 'candidate'] as const;
export type DuplicateRule = (typeof duplicateRules)[number];

export interface EngineOptions {
  positions: Position[];
  account: Account;
  duplicateRule: DuplicateRule;
  validDays: number;
  ladder: readonly Rung[];
  callbackTimeoutMs: number;
  requestLogLimit: number;
}

export interface NewApplication {
  positionId: string;
  languageId: string;
  fields: Field[];
  email: string;
  /** Where the invitation goes; neither given, nobody is invited by the vendor. */
  inviteEmail: string | undefined;
  invitePhone: string | undefined;
  callbackUrl: string | undefined;
  isTest: boolean;
  failOnDuplicate: boolean;
}

/** What the vendor does, whoever asks for it: a command, a page, a test. */
export class SmgEngine {
  readonly state: SmgState;
  readonly faults = smgFaults();
  readonly mailbox = new Mailbox();
  readonly notifier: Notifier;
  readonly requests: RequestLog<LoggedRequest>;
  /** Root of all links, known once the server listens. */
  baseUrl = '';

  constructor(private readonly options: EngineOptions) {
    this.state = new SmgState(options.positions, options.account);
    this.notifier = new Notifier(this.state, this.faults, {
      ladder: options.ladder,
      timeoutMs: options.callbackTimeoutMs,
    });
    this.requests = new RequestLog(options.requestLogLimit);
  }

  appLink(application: Application): string {
    return this.#link('app_link.html', application.appLink);
  }

  /** @param positionId the role the report is for, where it is another than the one that was assessed */
  repLink(application: Application, positionId = application.positionId): string {
    const link = this.#link('rep_link.html', application.repLink);
    return positionId === application.positionId ? link : `${link}&position=${positionId}`;
  }

  /** The advanced report: the same page with the answers. */
  repLinkAcc(application: Application): string {
    return `${this.repLink(application)}&advanced=1`;
  }

  shareLink(application: Application): string {
    return this.#link('feedback.html', application.shareLink);
  }

  #link(page: string, hash: string): string {
    return `${this.baseUrl}/app_link/${page}?app_link=${hash}&acc_link=${this.state.accountLink}`;
  }

  /** Creates and, where asked to, invites. Throws SmgError for an unknown position and for a duplicate. */
  create(request: NewApplication): Application {
    if (!this.state.position(request.positionId)) {
      throw new SmgError(errorCodes.unknownPosition, `No position ${request.positionId} in this account`);
    }
    if (request.failOnDuplicate) this.#refuseDuplicate(request);
    const createdAt = new Date();
    const application = this.state.add({
      positionId: request.positionId,
      languageId: request.languageId,
      email: request.email.toLowerCase(),
      fields: request.fields,
      callbackUrl: request.callbackUrl,
      isTest: request.isTest,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + this.options.validDays * 86_400_000),
    });
    this.#invite(application, request);
    return application;
  }

  #refuseDuplicate(request: NewApplication): void {
    const rule = this.options.duplicateRule;
    const duplicate = this.state
      .applicationsOf(request.email)
      .find(
        (known) =>
          (rule === 'candidate' || known.positionId === request.positionId) &&
          (rule !== 'open-position' || isOpen(known)),
      );
    if (!duplicate) return;
    throw new SmgError(errorCodes.duplicateApplication, 'Duplicate application', {
      application_id: duplicate.id,
    });
  }

  #invite(application: Application, { inviteEmail, invitePhone }: NewApplication): void {
    const name = fieldOf(application, 'app_full_name');
    const message = {
      subject: `Your assessment: ${this.state.positionName(application.positionId)}`,
      text: `${name === '' ? 'Hello' : `Dear ${name}`}, you have been invited to complete an assessment. It takes about ten minutes.`,
      link: this.appLink(application),
      applicationId: application.id,
    };
    if (inviteEmail) this.mailbox.post({ ...message, channel: 'email', to: inviteEmail });
    if (invitePhone) this.mailbox.post({ ...message, channel: 'sms', to: invitePhone });
  }

  /** The candidate opened the questionnaire. SMG tells the partner nothing about it. */
  open(application: Application): void {
    application.startedAt ??= new Date();
  }

  /** Takes a filled-in questionnaire. Throws SmgError 1705, 1706, 1716 or 1850 and then changes nothing. */
  submit(application: Application, submission: { fields: Field[]; answers: Answer[] }): void {
    this.#requireOpen(application);
    const merged = new Map([...application.fields, ...submission.fields].map(({ n, v }) => [n, v]));
    const missing = ['app_full_name', 'email'].filter((name) => !merged.get(name)?.trim());
    if (missing.length > 0) {
      throw new SmgError(errorCodes.missingField, `Missing required custom field(s): ${missing.join(', ')}`);
    }
    const given = new Map(submission.answers.map(({ q, a }) => [q, a]));
    const unanswered = questions.filter(({ q }) => given.get(q) === undefined || given.get(q) === '');
    if (unanswered.length > 0) {
      throw new SmgError(
        errorCodes.missingAnswer,
        `Missing answer(s): ${unanswered.map(({ q }) => q).join(', ')}`,
      );
    }
    application.fields = [...merged].map(([n, v]) => ({ n, v }));
    this.state.identify(application, merged.get('email') ?? '');
    application.answers = questions.map(({ q }) => ({ q, a: given.get(q) ?? '' }));
    this.#finish(application);
  }

  /**
   * Completes without the candidate: favourable answers unless others are given, and scores by them unless set.
   * Throws SmgError 1705 or 1706 when there is nothing left to complete.
   */
  complete(application: Application, given: { answers?: Answer[]; scores?: ScoreOverride } = {}): void {
    this.#requireOpen(application);
    application.answers = given.answers ?? favourableAnswers.map((answer) => ({ ...answer }));
    if (given.scores) application.scores = given.scores;
    this.#finish(application);
  }

  /** Throws SmgError 1705 when it is completed already. */
  end(application: Application, how: 'expired' | 'cancelled'): void {
    if (statusOf(application) === 'completed') {
      throw new SmgError(errorCodes.alreadyCompleted, 'Questionnaire already complete');
    }
    application.ended = how;
  }

  #requireOpen(application: Application): void {
    const status = statusOf(application);
    if (status === 'completed') {
      throw new SmgError(errorCodes.alreadyCompleted, 'Questionnaire already complete');
    }
    if (status === 'expired' || status === 'cancelled') {
      throw new SmgError(errorCodes.noLongerValid, `This assessment is ${status}`);
    }
  }

  #finish(application: Application): void {
    this.open(application);
    application.completedAt = new Date();
    application.reportId = this.state.nextReportId();
  }

  clear(): void {
    this.state.clear();
    this.faults.clear();
    this.mailbox.clear();
    this.notifier.clear();
    this.requests.clear();
  }
}
