import { randomBytes } from 'node:crypto';
import type { Position } from './catalogue';

/** `completed` is seen in the vendor's public material; the other words are our proposal. */
export type Status = 'not_started' | 'in_progress' | 'completed' | 'expired' | 'cancelled';

export interface Field {
  n: string;
  v: string;
}

export interface Answer {
  q: string;
  a: number | string;
}

/** Numbers that replace the calculated ones, in the vendor's own names; those of the main score for the own role only. */
export interface ScoreOverride {
  score?: number | undefined;
  score_final?: number | undefined;
  traits?: Record<string, number> | undefined;
}

/** What a partner's account is at SMG: credentials, the pipe-separated config, and the report's extra sections. */
export interface Account {
  account_id: string;
  user: string;
  password: string;
  /** `k|v|k|v`: url, not_method, auth, not_headers, not_sep, ext_notify, http_err (see callback-config.ts). */
  config: string;
  reportSections: { title: string; text: string }[];
}

/** One candidate's run through one questionnaire. */
export interface Application {
  id: string;
  positionId: string;
  languageId: string;
  /** Lower case; empty while the candidate is not known yet (simple form without e-mail). */
  email: string;
  fields: Field[];
  callbackUrl: string | undefined;
  isTest: boolean;
  createdAt: Date;
  expiresAt: Date;
  startedAt?: Date;
  completedAt?: Date;
  ended?: 'expired' | 'cancelled';
  answers: Answer[];
  scores?: ScoreOverride;
  reportId?: string;
  /** Hashes of the three addresses: questionnaire, whole report, the part that may be given to the candidate. */
  appLink: string;
  repLink: string;
  shareLink: string;
}

const hash = (): string => randomBytes(12).toString('hex');

export function fieldOf(application: Application, name: string): string {
  return application.fields.find((field) => field.n === name)?.v ?? '';
}

export function statusOf(application: Application, now = new Date()): Status {
  if (application.completedAt) return 'completed';
  if (application.ended) return application.ended;
  if (application.expiresAt <= now) return 'expired';
  return application.startedAt ? 'in_progress' : 'not_started';
}

/** Whether the candidate can still fill in the questionnaire. */
export function isOpen(application: Application): boolean {
  const status = statusOf(application);
  return status === 'not_started' || status === 'in_progress';
}

/** Everything the simulated vendor remembers, in memory, with the look-ups its commands and pages need. */
export class SmgState {
  readonly #applications = new Map<string, Application>();
  readonly #byEmail = new Map<string, Application[]>();
  readonly #byLink = new Map<string, { application: Application; kind: 'app' | 'rep' | 'share' }>();
  /** Ids are 64-bit numbers at the vendor; these begin where its public examples are. */
  #lastApplicationId = 10013809n;
  #lastReportId = 10012780n;
  readonly accountLink = hash();

  constructor(
    public positions: Position[],
    public account: Account,
  ) {}

  add(application: Omit<Application, 'id' | 'appLink' | 'repLink' | 'shareLink' | 'answers'>): Application {
    const added: Application = {
      ...application,
      id: String((this.#lastApplicationId += 1n)),
      answers: [],
      appLink: hash(),
      repLink: hash(),
      shareLink: hash(),
    };
    this.#applications.set(added.id, added);
    this.#byLink.set(added.appLink, { application: added, kind: 'app' });
    this.#byLink.set(added.repLink, { application: added, kind: 'rep' });
    this.#byLink.set(added.shareLink, { application: added, kind: 'share' });
    this.#indexEmail(added);
    return added;
  }

  /** Gives an anonymous application its candidate; a known one keeps the e-mail it was created with. */
  identify(application: Application, email: string): void {
    if (application.email !== '' || email === '') return;
    application.email = email.toLowerCase();
    this.#indexEmail(application);
  }

  #indexEmail(application: Application): void {
    if (application.email === '') return;
    const known = this.#byEmail.get(application.email);
    if (known) known.push(application);
    else this.#byEmail.set(application.email, [application]);
  }

  nextReportId(): string {
    return String((this.#lastReportId += 1n));
  }

  application(id: string): Application | undefined {
    return this.#applications.get(id);
  }

  /** Oldest first, which is also ascending by id. */
  applications(): Application[] {
    return [...this.#applications.values()];
  }

  applicationsOf(email: string): readonly Application[] {
    return email === '' ? [] : (this.#byEmail.get(email.toLowerCase()) ?? []);
  }

  byLink(link: string, kind: 'app' | 'rep' | 'share'): Application | undefined {
    const found = this.#byLink.get(link);
    return found?.kind === kind ? found.application : undefined;
  }

  position(id: string): Position | undefined {
    return this.positions.find((position) => position.position_id === id);
  }

  positionName(id: string): string {
    return this.position(id)?.aname ?? `Position ${id}`;
  }

  /** Forgets applications; ids go on, so that an old link or id can never mean a new application. */
  clear(): void {
    this.#applications.clear();
    this.#byEmail.clear();
    this.#byLink.clear();
  }
}
