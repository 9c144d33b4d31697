import { createHmac } from 'node:crypto';
import { UnknownRun, WrongState } from '../kit/admin';
import type { RetryRules } from '../kit/callbacks';
import { CallbackSender } from '../kit/callbacks';
import { Mailbox } from '../kit/mailbox';
import type { Handler } from '../kit/rest';
import { RestDesk } from '../kit/rest';
import type { Partner } from './partner';
import type { Invitation, Model, QuestionnaireName, Status } from './state';
import { AssessFirstState, newUuid, questionnaireNames, stamp } from './state';

export interface Account {
  /** What partners send as `AF-Token`. */
  token: string;
  /** With which webhooks are signed. */
  webhookSecret: string;
}

export const eventNames = [
  'invitation.sent',
  'invitation.accepted',
  'questionnaire.completed',
  'candidate.completed',
] as const;
export type EventName = (typeof eventNames)[number];

interface News {
  event: EventName;
  assessment?: QuestionnaireName;
}

export interface EngineOptions {
  account: Account;
  models: readonly Model[];
  /** Which events this account's webhooks tell. */
  events: readonly EventName[];
  /** Whether a refusal of a second invitation names the external id of the first; else only AssessFirst's ids. */
  duplicateNamesKey: boolean;
  /** Requests a minute; 0: no limit. */
  perMinute: number;
  rules: RetryRules;
}

const endedStatuses: readonly Status[] = ['completed', 'declined', 'expired'];

/** What the vendor does, whoever asks for it: a request, a page, a test. */
export class AssessFirstEngine {
  readonly state: AssessFirstState;
  readonly mailbox = new Mailbox();
  readonly desk: RestDesk;
  readonly callbacks: CallbackSender;
  /** Root of all links, known once the server listens. */
  baseUrl = '';
  /** Who carries the integration with Lever; null until it was told. */
  partner: Partner | null = null;
  /** The partner's id of the login at Lever that the customer began with Activate. */
  activation: string | null = null;

  constructor(
    readonly options: EngineOptions,
    routes: (engine: AssessFirstEngine) => Record<string, Handler>,
  ) {
    this.state = new AssessFirstState(options.models);
    this.desk = new RestDesk(routes(this));
    this.callbacks = new CallbackSender((kind) => this.desk.faults.take([kind]), options.rules);
  }

  linkOf = (invitation: Invitation): string => `${this.baseUrl}/invitation/${invitation.link}`;
  profileOf = (invitation: Invitation): string => `${this.baseUrl}/profile/${invitation.share}`;
  reportOf = (invitation: Invitation, type: string): string =>
    `${this.baseUrl}/reports/${invitation.share}/${type}.pdf`;

  /** Throws UnknownRun. */
  invitation(uuid: string): Invitation {
    const found = this.state.find((one) => one.uuid === uuid);
    if (found === undefined) throw new UnknownRun(`No invitation ${uuid}`);
    return found;
  }

  /** Makes an invitation and sends it to the candidate by e-mail. */
  invite(given: Parameters<AssessFirstState['add']>[0]): Invitation {
    const invitation = this.state.add(given);
    const by = given.recruiterEmail ?? 'a company';
    this.mailbox.post({
      to: given.email,
      subject: 'You are invited to take the AssessFirst questionnaires',
      text: `Hello ${given.firstname}, ${by} would like to get to know you. Accept the invitation and answer the questionnaires.`,
      link: this.linkOf(invitation),
      applicationId: invitation.uuid,
    });
    return invitation;
  }

  /** The candidate takes the invitation. Throws WrongState once it is over; so do those below, before they do anything. */
  accept(invitation: Invitation): Promise<void> {
    return this.#tellAll(invitation, this.#accepted(invitation));
  }

  /** One questionnaire is completed, and with the last of them all. */
  answer(invitation: Invitation, name: QuestionnaireName): Promise<void> {
    const news = this.#accepted(invitation);
    invitation.completed[name] ??= stamp();
    invitation.status = this.missing(invitation).length === 0 ? 'completed' : 'in_progress';
    return this.#tellAll(invitation, [
      ...news,
      { event: 'questionnaire.completed', assessment: name },
      ...(invitation.status === 'completed' ? [{ event: 'candidate.completed' } as const] : []),
    ]);
  }

  /** Everything at once, as after a night without webhooks: only the last event is told. */
  finish(
    invitation: Invitation,
    names: readonly QuestionnaireName[],
    scores: Record<string, number> = {},
  ): Promise<void> {
    this.#requireOpen(invitation);
    for (const name of names) invitation.completed[name] ??= stamp();
    Object.assign(invitation.scores, scores);
    invitation.status = 'completed';
    return this.tell(invitation, 'candidate.completed');
  }

  /** No webhook tells it. */
  end(invitation: Invitation, status: 'declined' | 'expired'): void {
    this.#requireOpen(invitation);
    invitation.status = status;
  }

  /** Questionnaires that count and are not completed. */
  missing(invitation: Invitation): QuestionnaireName[] {
    return this.state.demanded(invitation).filter((name) => invitation.completed[name] === undefined);
  }

  /** The event that the present state amounts to, once more. */
  async resend(invitation: Invitation): Promise<void> {
    const last = questionnaireNames.filter((name) => invitation.completed[name] !== undefined).at(-1);
    switch (invitation.status) {
      case 'completed':
        return this.tell(invitation, 'candidate.completed');
      case 'in_progress':
        return this.tell(invitation, 'questionnaire.completed', last ?? null);
      case 'accepted':
        return this.tell(invitation, 'invitation.accepted');
      default:
        return this.tell(invitation, 'invitation.sent');
    }
  }

  /** Resolves after the first attempt. */
  async tell(
    invitation: Invitation,
    event: EventName,
    assessment: QuestionnaireName | null = null,
  ): Promise<void> {
    const { callbackUrl, externalId, candidateUuid, uuid } = invitation;
    if (callbackUrl === null || !this.options.events.includes(event)) return;
    const body = JSON.stringify({
      id: `evt_${newUuid()}`,
      event,
      created_at: stamp(),
      data: { external_id: externalId, candidate_uuid: candidateUuid, invitation_uuid: uuid, assessment },
    });
    await this.callbacks.send({
      applicationId: uuid,
      method: 'POST',
      url: callbackUrl,
      headers: (forged) => ({ 'af-signature': this.#sign(body, forged) }),
      body,
    });
  }

  clear(): void {
    this.activation = null;
    this.state.clear();
    this.mailbox.clear();
    this.callbacks.clear();
    this.desk.clear();
  }

  stop(): void {
    this.desk.stop();
    this.callbacks.stop();
  }

  #accepted(invitation: Invitation): News[] {
    this.#requireOpen(invitation);
    if (invitation.status !== 'sent') return [];
    invitation.status = 'accepted';
    return [{ event: 'invitation.accepted' }];
  }

  /** One after another; one that is held back keeps no other back. */
  async #tellAll(invitation: Invitation, news: readonly News[]): Promise<void> {
    for (const { event, assessment } of news) {
      const isHeld = this.desk.faults.active().some(({ rule }) => rule.kind === 'held-callback');
      const told = this.tell(invitation, event, assessment);
      if (!isHeld) await told;
    }
  }

  #sign(body: string, forged: boolean): string {
    const secret = forged ? 'not-the-secret-that-was-agreed' : this.options.account.webhookSecret;
    const time = Math.floor(Date.now() / 1_000);
    return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
  }

  #requireOpen(invitation: Invitation): void {
    if (endedStatuses.includes(invitation.status)) {
      throw new WrongState(`Invitation ${invitation.uuid} is ${invitation.status}`);
    }
  }
}
