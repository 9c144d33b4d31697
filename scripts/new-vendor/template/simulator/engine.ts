import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { UnknownRun, WrongState } from '../../../../simulators/kit/admin';
import { anySuccess, CallbackSender, steps } from '../../../../simulators/kit/callbacks';
import { Mailbox } from '../../../../simulators/kit/mailbox';
import type { Handler } from '../../../../simulators/kit/rest';
import { RestDesk } from '../../../../simulators/kit/rest';

export interface Account {
  apiKey: string;
  webhookSecret: string;
}

export type Status = 'invited' | 'started' | 'completed' | 'expired' | 'declined' | 'cancelled';

/** One candidate's invitation. */
export interface Invitation {
  id: string;
  assessmentId: string;
  externalId: string | null;
  callbackUrl: string | undefined;
  candidate: { name: string; email: string };
  status: Status;
  expiresAt: Date | null;
  completedAt: Date | null;
  score: number | null;
  /** The unguessable part of its links. */
  secret: string;
}

export type Wish = Pick<
  Invitation,
  'assessmentId' | 'externalId' | 'callbackUrl' | 'candidate' | 'expiresAt'
>;

/** What the vendor does, whoever asks for it: a request, a page, a test. */
export class AcmeEngine {
  readonly assessments = [
    { id: 'sales-basics', name: 'Sales basics' },
    { id: 'logic', name: 'Logic' },
  ];
  readonly mailbox = new Mailbox();
  readonly desk: RestDesk;
  readonly callbacks: CallbackSender;
  /** Root of all links, known once the server listens. */
  baseUrl = '';
  readonly #invitations: Invitation[] = [];

  /** @param callbackRetries waits before further attempts of a callback, ms */
  constructor(
    readonly account: Account,
    callbackRetries: readonly number[],
    routes: (engine: AcmeEngine) => Record<string, Handler>,
  ) {
    this.desk = new RestDesk(routes(this));
    this.callbacks = new CallbackSender((kind) => this.desk.faults.take([kind]), {
      wait: steps(callbackRetries),
      judge: anySuccess,
      timeoutMs: 10_000,
    });
  }

  /** Oldest first. */
  invitations(matches: (invitation: Invitation) => boolean = () => true): Invitation[] {
    return this.#invitations.filter(matches);
  }

  /** Throws UnknownRun. */
  invitation(id: string): Invitation {
    const [found] = this.invitations((one) => one.id === id);
    if (found === undefined) throw new UnknownRun(`No invitation ${id}`);
    return found;
  }

  linkOf = ({ secret }: Invitation): string => `${this.baseUrl}/take/${secret}`;
  reportOf = ({ secret }: Invitation): string => `${this.baseUrl}/report/${secret}`;

  /** Time alone can end an invitation. */
  statusOf(invitation: Invitation): Status {
    const { expiresAt } = invitation;
    const isOver = expiresAt !== null && expiresAt.getTime() <= Date.now();
    if (isOver && ['invited', 'started'].includes(invitation.status)) invitation.status = 'expired';
    return invitation.status;
  }

  isOpen = (invitation: Invitation): boolean => ['invited', 'started'].includes(this.statusOf(invitation));

  invite(wish: Wish): Invitation {
    const id = `inv_${this.#invitations.length + 1}`;
    const secret = randomBytes(12).toString('hex');
    const fresh = { status: 'invited' as const, completedAt: null, score: null };
    const invitation: Invitation = { ...wish, ...fresh, id, secret };
    this.#invitations.push(invitation);
    this.write(invitation, 'You are invited to an assessment');
    return invitation;
  }

  write(invitation: Invitation, subject: string): void {
    const { candidate, id } = invitation;
    const text = `Hello ${candidate.name}, please take the assessment.`;
    const link = this.linkOf(invitation);
    this.mailbox.post({ to: candidate.email, subject, text, link, applicationId: id });
  }

  /**
   * Throws WrongState unless it is open. No callback goes out by itself.
   * @param late as if it had happened at the very moment when it was called off
   */
  become(invitation: Invitation, status: Status, { score = 76, late = false } = {}): void {
    if (!this.isOpen(invitation) && !(late && invitation.status !== 'completed')) {
      throw new WrongState(`Invitation ${invitation.id} is ${invitation.status}`);
    }
    invitation.status = status;
    if (status === 'completed') Object.assign(invitation, { completedAt: new Date(), score });
  }

  /** Tells the partner of the present state: a new event each time. */
  async notify(invitation: Invitation): Promise<void> {
    const { id, status, callbackUrl } = invitation;
    if (callbackUrl === undefined || status === 'invited' || status === 'cancelled') return;
    const event = { id: `evt_${randomUUID()}`, type: `invitation.${status}` };
    const body = JSON.stringify({
      ...event,
      created_at: new Date().toISOString(),
      data: { invitation_id: id },
    });
    const headers = (forged: boolean) => ({
      'acme-signature': sign(body, forged ? 'another secret' : this.account.webhookSecret),
    });
    await this.callbacks.send({ applicationId: id, method: 'POST', url: callbackUrl, body, headers });
  }

  clear(): void {
    this.#invitations.length = 0;
    this.mailbox.clear();
    this.callbacks.clear();
    this.desk.clear();
  }

  stop(): void {
    this.desk.stop();
    this.callbacks.stop();
  }
}

function sign(body: string, secret: string): string {
  const seconds = Math.floor(Date.now() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
