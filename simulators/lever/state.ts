import { randomUUID } from 'node:crypto';
import { notFound } from './errors';
import { Lag } from './lag';
import type {
  ArchiveReason,
  Contact,
  DeletedOpportunity,
  Feedback,
  FeedbackTemplate,
  LeverEvent,
  Note,
  Opportunity,
  Posting,
  Stage,
  StoredFile,
  Upload,
  User,
  Webhook,
} from './model';
import type { Behaviour } from './options';

/** The account in memory. Look-ups by id throw Lever's 404. */
export class LeverState {
  readonly stages: Stage[] = [];
  readonly archiveReasons: ArchiveReason[] = [];
  readonly users = new Map<string, User>();
  readonly postings = new Map<string, Posting>();
  readonly contacts = new Map<string, Contact>();
  readonly opportunities = new Map<string, Opportunity>();
  readonly deleted = new Map<string, DeletedOpportunity>();
  readonly webhooks = new Map<string, Webhook>();
  readonly feedbackTemplates = new Map<string, FeedbackTemplate>();
  readonly uploads = new Map<string, Upload>();
  /** Told only inside access tokens and in events about contacts. */
  readonly accountId = randomUUID();
  /** Event groups that a Super Admin has switched on. */
  readonly enabledEvents = new Set<LeverEvent>();
  private readonly notesOf = new Map<string, Note[]>();
  private readonly filesOf = new Map<string, StoredFile[]>();
  private readonly feedbackOf = new Map<string, Feedback[]>();
  private clockOffsetMs = 0;
  readonly lag = new Lag(
    () => this.behaviour.apiLagMs,
    () => this.now(),
  );

  constructor(
    /** Root address of this simulator, without a slash at the end. */
    readonly root: string,
    readonly behaviour: Behaviour,
  ) {}

  /** The account's clock; `advanceClock` moves it so that tokens age without waiting. */
  now(): number {
    return Date.now() + this.clockOffsetMs;
  }

  advanceClock(ms: number): void {
    this.clockOffsetMs += ms;
  }

  stage(id: string): Stage {
    return listed(this.stages, 'stages', id);
  }

  /** 0-based position in pipeline order, as `toStageIndex` counts. */
  stageIndex(id: string): number {
    return this.stages.findIndex((stage) => stage.id === id);
  }

  archiveReason(id: string): ArchiveReason {
    return listed(this.archiveReasons, 'archive_reasons', id);
  }

  user(id: string): User {
    return found(this.users, 'users', id);
  }

  posting(id: string): Posting {
    return found(this.postings, 'postings', id);
  }

  contact(id: string): Contact {
    return found(this.contacts, 'contacts', id);
  }

  opportunity(id: string): Opportunity {
    return found(this.opportunities, 'opportunities', id);
  }

  /** As its readers see it, who may lag behind; throws Lever's 404 while they do not see it yet. */
  seenOpportunity(id: string): Opportunity {
    const seen = this.lag.seen(this.opportunity(id));
    if (seen === null) throw notFound('opportunities', id);
    return seen;
  }

  seenOpportunities(): Opportunity[] {
    return [...this.opportunities.values()].flatMap((present) => this.lag.seen(present) ?? []);
  }

  webhook(id: string): Webhook {
    return found(this.webhooks, 'webhooks', id);
  }

  notes(opportunityId: string): Note[] {
    return listOf(this.notesOf, opportunityId);
  }

  note(opportunityId: string, id: string): Note {
    return listed(this.notes(opportunityId), 'notes', id);
  }

  files(opportunityId: string): StoredFile[] {
    return listOf(this.filesOf, opportunityId);
  }

  file(opportunityId: string, id: string): StoredFile {
    return listed(this.files(opportunityId), 'files', id);
  }

  feedback(opportunityId: string): Feedback[] {
    return listOf(this.feedbackOf, opportunityId);
  }

  feedbackForm(opportunityId: string, id: string): Feedback {
    return listed(this.feedback(opportunityId), 'feedback', id);
  }

  feedbackTemplate(id: string): FeedbackTemplate {
    return found(this.feedbackTemplates, 'feedback_templates', id);
  }

  contactByEmail(email: string): Contact | undefined {
    const wanted = canonicalEmail(email);
    return [...this.contacts.values()].find((contact) =>
      contact.emails.some((e) => canonicalEmail(e) === wanted),
    );
  }

  /** The user who stands for "a person at the keyboard" on the pages. */
  superAdmin(): User | undefined {
    return [...this.users.values()].find(
      (user) => user.accessRole === 'super admin' && user.deactivatedAt === null,
    );
  }

  removeOpportunity(id: string, deletedBy: string | null): Opportunity {
    const opportunity = this.opportunity(id);
    this.opportunities.delete(id);
    this.deleted.set(id, { ...opportunity, deletedBy, deletedAt: this.now() });
    return opportunity;
  }
}

export const canonicalEmail = (email: string): string => email.trim().toLowerCase();

function found<T>(map: Map<string, T>, what: string, id: string): T {
  const item = map.get(id);
  if (item === undefined) throw notFound(what, id);
  return item;
}

function listed<T extends { id: string }>(list: readonly T[], what: string, id: string): T {
  const item = list.find((candidate) => candidate.id === id);
  if (item === undefined) throw notFound(what, id);
  return item;
}

/** Takes one item out of a list that is kept. */
export function removeItem<T>(list: T[], item: T): void {
  list.splice(list.indexOf(item), 1);
}

function listOf<T>(map: Map<string, T[]>, key: string): T[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}
