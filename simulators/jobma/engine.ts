import type { Request } from 'express';
import { z } from 'zod';
import { UnknownRun, WrongState } from '../kit/admin';
import type { RetryRules } from '../kit/callbacks';
import { CallbackSender } from '../kit/callbacks';
import { Mailbox } from '../kit/mailbox';
import type { Answer } from '../kit/rest';
import { hasBearer, Refusal, RestDesk } from '../kit/rest';
import type { Partner } from './partner';
import type { Evaluation, Interview, Kit, Status } from './state';
import { JobmaState } from './state';

export interface Account {
  /** What partners send. */
  accessToken: string;
  /** What Jobma sends with its callbacks; the receiver chose it. */
  webhookToken: string;
}

export interface EngineOptions {
  account: Account;
  kits: readonly Kit[];
  /** How long a link can be used, ms. */
  validMs: number;
  rules: RetryRules;
}

const word = z.string().trim();
const invitation = z.object({
  interview_template_id: word.min(1),
  job_id: word.default(''),
  job_code: word.default(''),
  job_title: word.default(''),
  callback_url: z.url().optional(),
  candidate: z.object({
    first_name: word.min(1),
    last_name: word.min(1),
    phone: word.default(''),
    email: z.email(),
  }),
});

/** What the vendor does, whoever asks for it: a request, a page, a test. */
export class JobmaEngine {
  readonly state: JobmaState;
  readonly mailbox = new Mailbox();
  readonly desk: RestDesk;
  readonly callbacks: CallbackSender;
  /** Root of all links, known once the server listens. */
  baseUrl = '';
  /** Behind the pages of the Lever integration; null until somebody names it. */
  partner: Partner | null = null;
  /** The customer has deleted the Lever integration: its token is worthless, and nobody is called back any more. */
  integrationDeleted = false;

  constructor(private readonly options: EngineOptions) {
    this.state = new JobmaState(options.kits);
    this.desk = new RestDesk({
      'GET /interview-templates': (request) => this.#authorised(request, () => this.#templates()),
      'POST /interviews': (request) => this.#authorised(request, () => this.#create(request)),
      'GET /interviews/:token': (request) => this.#authorised(request, () => this.#show(request)),
    });
    this.callbacks = new CallbackSender((kind) => this.desk.faults.take([kind]), options.rules);
  }

  get account(): Account {
    return this.options.account;
  }

  linkOf(interview: Interview): string {
    return `${this.baseUrl}/interview/${interview.link}`;
  }

  /** Works without a login, so that it can be passed on. */
  resultsOf(interview: Interview): string {
    return `${this.baseUrl}/results/${interview.share}`;
  }

  /** Throws UnknownRun. */
  interview(token: string): Interview {
    const found = this.state.find((interview) => interview.token === token);
    if (found === undefined) throw new UnknownRun(`No interview ${token}`);
    return found;
  }

  /** Makes an interview and invites its candidate by e-mail. */
  invite(given: Parameters<JobmaState['add']>[0]): Interview {
    const interview = this.state.add(given, this.options.validMs);
    const { candidate, jobTitle, token } = interview;
    this.mailbox.post({
      to: candidate.email,
      subject: `Your video interview${jobTitle === '' ? '' : `: ${jobTitle}`}`,
      text: `Hello ${candidate.firstName}, you have been invited to a video interview with Jobma.`,
      link: this.linkOf(interview),
      applicationId: token,
    });
    return interview;
  }

  start(interview: Interview): void {
    this.#require(interview, ['pending']);
    interview.startedAt ??= new Date();
  }

  /** The callback is not sent by itself. Throws WrongState unless it is pending; so do the two below. */
  complete(
    interview: Interview,
    outcome: { answers?: Record<string, string> } & Partial<Evaluation> = {},
  ): void {
    this.start(interview);
    const { answers, ...evaluation } = outcome;
    interview.answers =
      answers ?? Object.fromEntries(this.#questionsOf(interview).map(({ id }) => [id, 'Answered']));
    Object.assign(interview, evaluation);
    interview.completedAt = new Date();
    interview.status = 'completed';
  }

  expire(interview: Interview): void {
    this.#require(interview, ['pending']);
    interview.status = 'expired';
  }

  reject(interview: Interview): void {
    this.#require(interview, ['pending', 'completed']);
    interview.status = 'rejected';
  }

  /** What an evaluator says of a finished interview; a rejection shows in its status. Throws WrongState before it is finished. */
  evaluate(interview: Interview, evaluation: Partial<Evaluation>): void {
    if (!interview.completedAt) throw new WrongState(`Interview ${interview.token} is not completed`);
    Object.assign(interview, evaluation);
    interview.status = interview.decision === 'rejected' ? 'rejected' : 'completed';
  }

  /** `PUT callback_url` with the receiver's own token; resolves after the first attempt. */
  async notify(interview: Interview): Promise<void> {
    if (interview.callbackUrl === undefined || this.integrationDeleted) return;
    const results = interview.completedAt ? { results_url: this.resultsOf(interview) } : {};
    await this.callbacks.send({
      applicationId: interview.token,
      method: 'PUT',
      url: interview.callbackUrl,
      headers: (forged) => ({
        authorization: `Bearer ${forged ? 'not-the-token-that-was-agreed' : this.account.webhookToken}`,
      }),
      body: JSON.stringify({ status: interview.status, ...results }),
    });
  }

  clear(): void {
    this.integrationDeleted = false;
    this.state.clear();
    this.mailbox.clear();
    this.callbacks.clear();
    this.desk.clear();
  }

  stop(): void {
    this.desk.stop();
    this.callbacks.stop();
  }

  #questionsOf(interview: Interview): Kit['questions'] {
    return this.state.kit(interview.kitId)?.questions ?? [];
  }

  #require(interview: Interview, allowed: readonly Status[]): void {
    if (interview.status === 'pending' && interview.expiresAt.getTime() <= Date.now())
      interview.status = 'expired';
    if (!allowed.includes(interview.status)) {
      throw new WrongState(`Interview ${interview.token} is ${interview.status}`);
    }
  }

  // --- The API ---

  async #authorised(request: Request, handler: () => Answer | Promise<Answer>): Promise<Answer> {
    if (!this.integrationDeleted && hasBearer(request, this.account.accessToken)) return handler();
    return refuse(401, 'Invalid token');
  }

  #templates(): Answer {
    return {
      status: 200,
      body: { interview_templates: this.state.kits.map(({ id, name }) => ({ id, name })) },
    };
  }

  async #create(request: Request): Promise<Answer> {
    const parsed = invitation.safeParse(request.body);
    if (!parsed.success) return refuse(422, `Invalid ${parsed.error.issues[0]?.path.join('.') || 'body'}`);
    const { candidate, ...given } = parsed.data;
    if (!this.state.kit(given.interview_template_id)) return refuse(404, 'Interview template not found');
    const pending = this.state
      .interviews({ email: candidate.email })
      .find(({ kitId, status }) => kitId === given.interview_template_id && status === 'pending');
    if (pending) return refuse(409, 'Candidate already has this interview', this.#names(pending));
    const interview = this.invite({
      kitId: given.interview_template_id,
      jobId: given.job_id,
      jobCode: given.job_code,
      jobTitle: given.job_title,
      callbackUrl: given.callback_url,
      candidate: {
        firstName: candidate.first_name,
        lastName: candidate.last_name,
        phone: candidate.phone,
        email: candidate.email,
      },
    });
    if (this.desk.faults.take(['early-completion'])) {
      this.complete(interview);
      await this.notify(interview);
    }
    return { status: 201, body: this.#names(interview) };
  }

  #names(interview: Interview): { interview_link: string; interview_token: string } {
    return { interview_link: this.linkOf(interview), interview_token: interview.token };
  }

  #show(request: Request): Answer {
    const interview = this.state.find(({ token }) => token === request.params['token']);
    if (!interview) return refuse(404, 'Interview not found');
    const { completedAt: finished, ...atIt } = interview;
    const { status, score, rating, decision, jobCode, expiresAt, completedAt }: Interview =
      finished && this.desk.faults.take(['unshown-completion']) ? { ...atIt, status: 'pending' } : interview;
    return {
      status: 200,
      body: {
        ...this.#names(interview),
        job_code: jobCode,
        status,
        results_url: completedAt ? this.resultsOf(interview) : null,
        expires_at: expiresAt.toISOString(),
        score,
        rating,
        decision,
      },
    };
  }
}

/** Jobma's form of an error. */
function refuse(status: number, message: string, more: object = {}): never {
  throw new Refusal({ status, body: { error: 1, message, ...more } });
}
