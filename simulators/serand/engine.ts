import { createHmac, randomUUID } from 'node:crypto';
import { UnknownRun, WrongState } from '../kit/admin';
import { anySuccess, CallbackSender, steps } from '../kit/callbacks';
import { Mailbox } from '../kit/mailbox';
import type { Handler } from '../kit/rest';
import { RestDesk } from '../kit/rest';
import { CustomerCare } from './care';
import type { Assessment, Invitation, Scores, Status } from './state';
import { SerandState } from './state';

export interface Account {
  apiKey: string;
  webhookSecret: string;
}

export interface EngineOptions {
  account: Account;
  assessments: readonly Assessment[];
  /** Waits before further attempts of a callback, ms. */
  callbackRetries: readonly number[];
  callbackTimeoutMs: number;
}

/** What the vendor does, whoever asks for it: a request, a page, a test. */
export class SerandEngine {
  readonly state: SerandState;
  readonly mailbox = new Mailbox();
  readonly care = new CustomerCare();
  readonly desk: RestDesk;
  readonly callbacks: CallbackSender;
  /** Root of all links, known once the server listens. */
  baseUrl = '';

  constructor(
    private readonly options: EngineOptions,
    routes: (engine: SerandEngine) => Record<string, Handler>,
  ) {
    this.state = new SerandState(options.assessments);
    this.desk = new RestDesk(routes(this));
    this.callbacks = new CallbackSender((kind) => this.desk.faults.take([kind]), {
      wait: steps(options.callbackRetries),
      judge: anySuccess,
      timeoutMs: options.callbackTimeoutMs,
    });
  }

  get account(): Account {
    return this.options.account;
  }

  linkOf(invitation: Invitation): string {
    return `${this.baseUrl}/a/${invitation.link}`;
  }

  profileOf(invitation: Invitation): string {
    return `${this.baseUrl}/p/${invitation.profile}`;
  }

  /** Throws UnknownRun. */
  invitation(id: string): Invitation {
    const found = this.state.find((invitation) => invitation.id === id);
    if (found === undefined) throw new UnknownRun(`No invitation ${id}`);
    return found;
  }

  /** The present status; time alone can end an invitation. */
  statusOf(invitation: Invitation): Status {
    const open = invitation.status === 'invited' || invitation.status === 'started';
    if (open && invitation.expiresAt.getTime() <= Date.now()) invitation.status = 'expired';
    return invitation.status;
  }

  isOpen(invitation: Invitation): boolean {
    return ['invited', 'started'].includes(this.statusOf(invitation));
  }

  /** Makes an invitation and sends it by e-mail. */
  invite(given: Parameters<SerandState['add']>[0], key?: string): Invitation {
    const invitation = this.state.add(given, key);
    this.mail(invitation, 'You are invited to an assessment');
    return invitation;
  }

  mail(invitation: Invitation, subject: string): void {
    const { candidate, id } = invitation;
    this.mailbox.post({
      to: candidate.email,
      subject,
      text: `Hello ${candidate.firstName}, please take the Serand assessment. It takes about twenty minutes.`,
      link: this.linkOf(invitation),
      applicationId: id,
    });
  }

  /** Throws WrongState unless it is open; so do the two below. No callback goes out by itself. */
  start(invitation: Invitation): void {
    this.#requireOpen(invitation);
    invitation.status = 'started';
  }

  /** @param late as if it had been submitted at the very moment when it was called off */
  complete(invitation: Invitation, scores: Scores = goodScores, late = false): void {
    if (!late || invitation.status === 'completed') this.#requireOpen(invitation);
    invitation.status = 'completed';
    invitation.completedAt = new Date();
    invitation.scores = scores;
  }

  end(invitation: Invitation, how: 'expired' | 'cancelled'): void {
    this.#requireOpen(invitation);
    invitation.status = how;
  }

  #requireOpen(invitation: Invitation): void {
    if (!this.isOpen(invitation)) throw new WrongState(`Invitation ${invitation.id} is ${invitation.status}`);
  }

  /** Tells the partner of the present state: a new event each time. Nothing is told of "invited" and "cancelled". */
  async notify(invitation: Invitation): Promise<void> {
    const { status, callbackUrl, completedAt, scores } = invitation;
    const isNews = status !== 'invited' && status !== 'cancelled';
    if (callbackUrl === undefined || !isNews || this.care.removed) return;
    const id = `evt_${randomUUID()}`;
    const body = JSON.stringify({
      id,
      type: `invitation.${status}`,
      created_at: new Date().toISOString(),
      data: {
        invitation_id: invitation.id,
        external_id: invitation.externalId,
        status,
        completed_at: completedAt?.toISOString() ?? null,
        profile_url: completedAt ? this.profileOf(invitation) : null,
        scores: scores ?? null,
      },
    });
    await this.callbacks.send({
      applicationId: invitation.id,
      method: 'POST',
      url: callbackUrl,
      body,
      headers: (forged) => ({
        'serand-event-id': id,
        'serand-signature': sign(body, forged ? 'another secret' : this.account.webhookSecret),
      }),
    });
  }

  clear(): void {
    this.state.clear();
    this.mailbox.clear();
    this.care.clear();
    this.callbacks.clear();
    this.desk.clear();
  }

  stop(): void {
    this.desk.stop();
    this.callbacks.stop();
  }
}

const goodScores: Scores = {
  skills: 72,
  values: 81,
  personality: 'Calm and open',
  culture_fit: 77,
  overall: 76,
};

function sign(body: string, secret: string): string {
  const seconds = Math.floor(Date.now() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
