import { createHmac, randomUUID } from 'node:crypto';
import { UnknownRun, WrongState } from '../kit/admin';
import type { RetryRules } from '../kit/callbacks';
import { CallbackSender, steps } from '../kit/callbacks';
import { Mailbox } from '../kit/mailbox';
import { RestDesk } from '../kit/rest';
import { digestOf } from './documents';
import type { Answer, Outcome, Screener, Session } from './state';
import { UpwageState } from './state';

export interface EngineOptions {
  webhookSecret: string;
  screeners: readonly Screener[];
  /** Waits before further attempts of an event, ms. */
  callbackRetries: readonly number[];
  callbackTimeoutMs: number;
}

export interface Finish {
  outcome?: Outcome | undefined;
  score?: number | undefined;
  answers?: Answer[] | undefined;
}

/** A refused event stays refused, however often it is sent. */
const judge: RetryRules['judge'] = (status) => {
  if (status === 200 || status === 202) return 'done';
  return status === null || status === 429 || status >= 500 ? 'retry' : 'dropped';
};

/** What the vendor does, whoever asks for it: a page, a test. */
export class UpwageEngine {
  readonly state: UpwageState;
  readonly mailbox = new Mailbox();
  readonly desk: RestDesk;
  readonly callbacks: CallbackSender;
  /** Root of all links, known once the server listens. */
  baseUrl = '';
  /** Where the customer's hub takes events; none are sent before it is known. */
  callbackUrl: string | null = null;
  /** The link that the vendor's staff hold ready for the customer to connect Lever with. */
  connectLink: string | null = null;

  constructor(private readonly options: EngineOptions) {
    this.state = new UpwageState(options.screeners);
    this.desk = new RestDesk({
      'GET /screeners': () => ({
        status: 200,
        body: {
          data: this.state.screeners.map(({ id, name, leverJobId }) => ({
            id,
            name,
            lever_job_id: leverJobId,
          })),
        },
      }),
    });
    this.callbacks = new CallbackSender((kind) => this.desk.faults.take([kind]), {
      wait: steps(options.callbackRetries),
      judge,
      timeoutMs: options.callbackTimeoutMs,
    });
  }

  /** Throws UnknownRun. */
  session(id: string): Session {
    const found = this.state.find((session) => session.id === id);
    if (found === undefined) throw new UnknownRun(`No session ${id}`);
    return found;
  }

  /** Throws UnknownRun. */
  screener(id: string): Screener {
    const found = this.state.screeners.find((screener) => screener.id === id);
    if (found === undefined) throw new UnknownRun(`No screener ${id}`);
    return found;
  }

  /** Somebody was asked to talk to the screener: the link goes out by e-mail. */
  open(given: Parameters<UpwageState['add']>[0]): Session {
    const screener = this.screener(given.screenerId);
    const session = this.state.add(given);
    if (session.candidate.email !== null) {
      this.mailbox.post({
        to: session.candidate.email,
        subject: `A few questions about the job: ${screener.name}`,
        text: `Hello ${session.candidate.firstName}, please take five minutes for our assistant's questions.`,
        link: this.linkOf(session),
        applicationId: session.id,
      });
    }
    return session;
  }

  linkOf(session: Session): string {
    return `${this.baseUrl}/chat/${session.link}`;
  }

  /** Throws WrongState once it is finished. */
  start(session: Session): void {
    if (session.status === 'finished') throw new WrongState(`Session ${session.id} is finished`);
    session.status = 'started';
  }

  /** Also once more: staff correct an outcome. */
  finish(session: Session, { outcome = 'PASSED', score, answers }: Finish): void {
    session.status = 'finished';
    session.outcome = outcome;
    session.score = score ?? (outcome === 'PASSED' ? 0.87 : outcome === 'FAILED' ? 0.31 : null);
    session.answers = answers ?? (session.answers.length > 0 ? session.answers : usualAnswers);
    // Each event of a session has a time of its own.
    session.finishedAt = new Date(Math.max(Date.now(), (session.finishedAt?.getTime() ?? 0) + 1));
    session.events += 1;
  }

  /** Tells the customer's hub of the finished session; the same event once more until the outcome changes. */
  async notify(session: Session): Promise<void> {
    if (this.callbackUrl === null || session.status !== 'finished') return;
    const eventId = `evt_${session.id}_${session.events}`;
    const body = JSON.stringify(this.#event(session, eventId));
    await this.callbacks.send({
      applicationId: session.id,
      method: 'POST',
      url: this.callbackUrl,
      body,
      headers: (forged) => {
        const seconds = String(Math.floor(Date.now() / 1000));
        const secret = forged ? randomUUID() : this.options.webhookSecret;
        const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
        return {
          'x-upwage-event-id': eventId,
          'x-upwage-timestamp': seconds,
          'x-upwage-signature': `sha256=${digest}`,
        };
      },
    });
  }

  #event(session: Session, id: string): unknown {
    const { candidate, answers } = session;
    const screener = this.screener(session.screenerId);
    return {
      event: 'screener.completed',
      id,
      occurred_at: session.finishedAt?.toISOString(),
      screener: { id: screener.id, name: screener.name },
      lever_job_id: session.leverJobId ?? screener.leverJobId,
      session_id: session.id,
      candidate: {
        first_name: candidate.firstName,
        last_name: candidate.lastName,
        email: candidate.email,
        phone: candidate.phone,
        lever_opportunity_id: session.leverOpportunityId,
      },
      outcome: session.outcome,
      score: session.score,
      answers,
      transcript: answers.flatMap(({ question, answer }) => [
        { role: 'agent', text: question, at: session.finishedAt },
        { role: 'candidate', text: answer, at: session.finishedAt },
      ]),
      pdf: this.#pdf(session),
    };
  }

  #pdf(session: Session): unknown {
    if (session.document === 'none') return null;
    const url =
      session.document === 'private'
        ? 'https://10.0.0.1/internal.pdf'
        : `${this.baseUrl}/files/${session.link}.pdf`;
    return {
      url,
      filename: 'SuperScreener.pdf',
      sha256: digestOf(session),
      expires_at: new Date(Date.now() + 7 * 86_400_000).toISOString(),
    };
  }

  clear(): void {
    this.state.clear();
    this.mailbox.clear();
    this.callbacks.clear();
    this.desk.clear();
  }

  stop(): void {
    this.desk.stop();
    this.callbacks.stop();
  }
}

const usualAnswers: Answer[] = [
  { question: 'Can you work on weekends?', answer: 'Yes', verdict: 'PASS' },
  { question: 'What draws you to this job?', answer: 'The people', verdict: 'INFO' },
];
