import { randomUUID } from 'node:crypto';
import { notFound } from './errors';
import type { Archived, Contact, LeverEvent, Opportunity, Origin, Posting } from './model';
import { knownContact, newContact, type NewOpportunity } from './people';
import type { LeverState } from './state';
import { inheritedTags, swapInheritedTags, unique } from './tags';

/** Tells the outside what happened; `origin` is what webhook conditions select by, null where they do not apply. */
export type Emit = (event: LeverEvent, origin: Origin | null, data: Record<string, unknown>) => void;

export interface PostingPatch {
  text?: string | undefined;
  tags?: string[] | undefined;
  state?: Posting['state'] | undefined;
  categories?: { [K in keyof Posting['categories']]?: Posting['categories'][K] | undefined } | undefined;
}

/**
 * What can be done to candidates and postings, alike for the API, the pages and the control routes.
 * `userId` is the acting user, null where a caller names nobody.
 */
export class Recruiting {
  constructor(
    private readonly state: LeverState,
    private readonly emit: Emit,
  ) {}

  /** Always a new opportunity; the contact is the given one or the one with that e-mail, else a new one. */
  create(input: NewOpportunity, userId: string | null): { opportunity: Opportunity; deduped: boolean } {
    const { state } = this;
    const now = state.now();
    const at = input.createdAt ?? now;
    const stage = state.stage(input.stage ?? 'lead-new').id;
    const posting = input.posting === undefined ? null : state.posting(input.posting);
    for (const id of [...asList(input.owner ?? null), ...(input.followers ?? [])]) state.user(id);
    const archived = input.archived
      ? {
          reason: state.archiveReason(input.archived.reason).id,
          archivedAt: input.archived.archivedAt ?? now,
        }
      : null;
    const known = knownContact(state, input);
    const contact = known ?? newContact(state, input);
    const opportunity: Opportunity = {
      id: randomUUID(),
      contact: contact.id,
      stage,
      confidentiality: input.confidentiality ?? posting?.confidentiality ?? 'non-confidential',
      archived,
      tags: unique([...(input.tags ?? []), ...(posting ? inheritedTags(posting) : [])]),
      sources: unique(input.sources ?? []),
      stageChanges: [this.stageChange(stage, at, userId)],
      origin: input.origin ?? 'sourced',
      sourcedBy: (input.origin ?? 'sourced') === 'sourced' ? userId : null,
      owner: input.owner ?? userId,
      followers:
        input.followers ??
        (posting && posting.followers.length > 0 ? [...posting.followers] : asList(userId)),
      application: posting && {
        id: randomUUID(),
        type: input.appliedThrough ?? 'user',
        posting: posting.id,
        user: userId,
        createdAt: at,
        archived,
        requisitionForHire: null,
      },
      createdAt: at,
      updatedAt: now,
      lastInteractionAt: at,
      lastAdvancedAt: at,
      snoozedUntil: null,
      dataProtection: null,
      ...(input.opportunityLocation === undefined ? {} : { opportunityLocation: input.opportunityLocation }),
    };
    state.lag.remember(opportunity.id, null);
    state.opportunities.set(opportunity.id, opportunity);
    if (!known) this.emitContact('contactCreated', contact, { createdAt: now });
    if (opportunity.application) {
      const applicationId = opportunity.application.id;
      this.emit('applicationCreated', opportunity.origin, { applicationId, ...ids(opportunity) });
    }
    if (state.behaviour.stageChangeOnCreate) this.emitStageChange(opportunity, null);
    return { opportunity, deduped: known !== undefined };
  }

  /** A move to the present stage changes nothing; an archived opportunity moves and stays archived. */
  moveToStage(id: string, stageId: string, userId: string | null, silent = false): Opportunity {
    const opportunity = this.state.opportunity(id);
    const stage = this.state.stage(stageId).id;
    const from = opportunity.stage;
    if (from === stage) return opportunity;
    const now = this.state.now();
    this.state.lag.remember(id, opportunity);
    opportunity.stage = stage;
    opportunity.stageChanges.push(this.stageChange(stage, now, userId));
    opportunity.lastAdvancedAt = now;
    opportunity.lastInteractionAt = now;
    opportunity.updatedAt = now;
    if (!silent) this.emitStageChange(opportunity, from);
    return opportunity;
  }

  /**
   * `reasonId` null unarchives. Recorded live: archiving again with the same reason moves `archivedAt` forward but
   * not the application's, and only the first archiving moves `lastAdvancedAt`.
   * A reason of type hired also means hired.
   */
  archive(id: string, reasonId: string | null, requisitionId: string | null = null): Opportunity {
    const opportunity = this.state.opportunity(id);
    const reason = reasonId === null ? null : this.state.archiveReason(reasonId);
    const now = this.state.now();
    const before = opportunity.archived;
    if (!reason && !before) return opportunity;
    this.state.lag.remember(id, opportunity);
    const after: Archived | null = reason && { reason: reason.id, archivedAt: now };
    opportunity.archived = after;
    opportunity.updatedAt = now;
    opportunity.lastInteractionAt = now;
    if (!before) opportunity.lastAdvancedAt = now;
    if (opportunity.application) {
      if (!before || !after) opportunity.application.archived = after;
      if (requisitionId !== null) opportunity.application.requisitionForHire = requisitionId;
    }
    if (before?.reason !== after?.reason) {
      const change = { ...ids(opportunity), fromArchived: before, toArchived: after };
      this.emit('candidateArchiveChange', opportunity.origin, change);
      if (reason?.type === 'hired') this.emit('candidateHired', opportunity.origin, ids(opportunity));
    }
    return opportunity;
  }

  delete(id: string, userId: string | null): void {
    const opportunity = this.state.removeOpportunity(id, userId);
    this.emit('candidateDeleted', opportunity.origin, { ...ids(opportunity), deletedBy: userId });
  }

  /** Adding what is there changes nothing, `updatedAt` included; nor does removing what is not, unless so switched. */
  changeList(
    id: string,
    list: 'tags' | 'sources' | 'links',
    change: 'add' | 'remove',
    values: string[],
  ): Opportunity {
    const opportunity = this.state.opportunity(id);
    const contact = this.state.contact(opportunity.contact);
    const holder: Record<typeof list, string[]> = {
      tags: opportunity.tags,
      sources: opportunity.sources,
      links: contact.links,
    };
    const before = holder[list];
    const absent = change === 'remove' ? values.find((value) => !before.includes(value)) : undefined;
    if (absent !== undefined && this.state.behaviour.removeAbsent === 'refused') {
      throw notFound(list, absent);
    }
    const after =
      change === 'add' ? unique([...before, ...values]) : before.filter((value) => !values.includes(value));
    if (after.length === before.length) return opportunity;
    this.state.lag.remember(id, opportunity);
    before.splice(0, before.length, ...after);
    opportunity.updatedAt = this.state.now();
    if (list === 'links') this.emitContact('contactUpdated', contact, { updatedAt: this.state.now() });
    return opportunity;
  }

  updateContact(id: string, change: Partial<Omit<Contact, 'id'>>): Contact {
    const contact = Object.assign(this.state.contact(id), change);
    this.emitContact('contactUpdated', contact, { updatedAt: this.state.now() });
    return contact;
  }

  updatePosting(id: string, patch: PostingPatch): Posting {
    const posting = this.state.posting(id);
    const before: Posting = { ...posting, categories: { ...posting.categories }, tags: [...posting.tags] };
    if (patch.text !== undefined) posting.text = patch.text;
    if (patch.state !== undefined) posting.state = patch.state;
    if (patch.tags !== undefined) posting.tags = unique(patch.tags);
    const given = Object.entries(patch.categories ?? {}).filter(([, value]) => value !== undefined);
    Object.assign(posting.categories, Object.fromEntries(given));
    posting.updatedAt = this.state.now();
    swapInheritedTags(this.state, before, posting);
    return posting;
  }

  private stageChange(stage: string, at: number, userId: string | null) {
    const change = { toStageId: stage, toStageIndex: this.state.stageIndex(stage), updatedAt: at };
    return userId === null ? change : { ...change, userId };
  }

  private emitStageChange(opportunity: Opportunity, from: string | null): void {
    const candidateId = opportunity.id;
    const move = { ...ids(opportunity), candidateId, fromStageId: from, toStageId: opportunity.stage };
    this.emit('candidateStageChange', opportunity.origin, move);
  }

  private emitContact(event: LeverEvent, contact: Contact, at: Record<string, number>): void {
    this.emit(event, null, { contactId: contact.id, ...at, accountId: this.state.accountId });
  }
}

const ids = (opportunity: Opportunity) => ({ opportunityId: opportunity.id, contactId: opportunity.contact });
const asList = (value: string | null): string[] => (value === null ? [] : [value]);
