import { badRequest } from './errors';
import type {
  Application,
  ArchiveReason,
  Contact,
  Note,
  Opportunity,
  Posting,
  Stage,
  Webhook,
} from './model';
import type { LeverState } from './state';
import { inheritedTags } from './tags';

/**
 * Which of Lever's three ways of showing an opportunity:
 * `read` is complete; `write` lacks `opportunityLocation`; `write-blank` also has the contact's data emptied
 * (answers to addTags, addSources, stage and archived, as recorded).
 */
export type OpportunityView = 'read' | 'write' | 'write-blank';

export function opportunityJson(state: LeverState, opportunity: Opportunity, view: OpportunityView = 'read') {
  const contact = state.contact(opportunity.contact);
  const blank = view === 'write-blank';
  const posting = opportunity.application && state.postings.get(opportunity.application.posting);
  const location = opportunity.opportunityLocation ?? posting?.categories.location;
  return {
    id: opportunity.id,
    name: blank ? '' : contact.name,
    contact: contact.id,
    headline: blank ? '' : contact.headline,
    stage: opportunity.stage,
    confidentiality: opportunity.confidentiality,
    location: blank ? '' : contact.location,
    phones: blank ? [] : contact.phones,
    emails: blank ? [] : contact.emails,
    links: blank ? [] : contact.links,
    archived: opportunity.archived,
    tags: shownTags(state, opportunity, posting),
    sources: opportunity.sources,
    stageChanges: opportunity.stageChanges,
    origin: opportunity.origin,
    sourcedBy: opportunity.sourcedBy,
    owner: opportunity.owner,
    followers: opportunity.followers,
    applications: opportunity.application ? [opportunity.application.id] : [],
    createdAt: opportunity.createdAt,
    updatedAt: opportunity.updatedAt,
    lastInteractionAt: opportunity.lastInteractionAt,
    lastAdvancedAt: opportunity.lastAdvancedAt,
    snoozedUntil: opportunity.snoozedUntil,
    urls: { list: `${state.root}/candidates`, show: `${state.root}/candidates/${opportunity.id}` },
    isAnonymized: contact.isAnonymized,
    dataProtection: opportunity.dataProtection,
    ...(view === 'read' && location !== undefined ? { opportunityLocation: location } : {}),
  };
}

/** Live accounts often show fewer or no tags on archived opportunities. */
function shownTags(
  state: LeverState,
  opportunity: Opportunity,
  posting: Posting | null | undefined,
): string[] {
  const { archivedTags } = state.behaviour;
  if (opportunity.archived === null || archivedTags === 'kept') return opportunity.tags;
  if (archivedTags === 'none') return [];
  const inherited = posting ? inheritedTags(posting) : [];
  return opportunity.tags.filter((tag) => !inherited.includes(tag));
}

const EXPANDERS: Record<string, (state: LeverState, opportunity: Opportunity) => unknown> = {
  applications: (state, o) => (o.application ? [applicationJson(state, o, o.application)] : []),
  stage: (state, o) => stageJson(state.stage(o.stage)),
  owner: (state, o) => (o.owner === null ? null : state.user(o.owner)),
  sourcedBy: (state, o) => (o.sourcedBy === null ? null : state.user(o.sourcedBy)),
  followers: (state, o) => o.followers.map((id) => state.user(id)),
  contact: (state, o) => contactJson(state.contact(o.contact)),
};

/** 400 for a field that Lever does not expand; `posting` is one. */
export function checkExpand(expand: string[]): void {
  const unknown = expand.find((field) => !(field in EXPANDERS));
  if (unknown !== undefined) throw badRequest(`${unknown} is not expandable`);
}

/** Narrows by `include`, replaces ids by objects for `expand`, which wins over include. */
export function selectedJson(
  state: LeverState,
  opportunity: Opportunity,
  include: string[],
  expand: string[],
) {
  const json: Record<string, unknown> = opportunityJson(state, opportunity);
  for (const field of expand) {
    json[field] = EXPANDERS[field]?.(state, opportunity);
  }
  if (include.length === 0) return json;
  return Object.fromEntries(
    Object.entries(json).filter(([key]) => include.includes(key) || expand.includes(key)),
  );
}

export const stageJson = (stage: { id: string; text: string }) => ({ id: stage.id, text: stage.text });

export function contactJson(contact: Contact) {
  return {
    id: contact.id,
    name: contact.name,
    headline: contact.headline,
    isAnonymized: contact.isAnonymized,
    location: { name: contact.location },
    emails: contact.emails,
    phones: contact.phones,
    ...(contact.dataProtection ? { dataProtection: contact.dataProtection } : {}),
  };
}

/** `candidateId` equals the opportunity's id on every recorded application. */
export function applicationJson(state: LeverState, opportunity: Opportunity, application: Application) {
  const posting = state.postings.get(application.posting);
  return {
    id: application.id,
    type: application.type,
    candidateId: opportunity.id,
    opportunityId: opportunity.id,
    posting: application.posting,
    postingHiringManager: posting?.hiringManager ?? null,
    postingOwner: posting?.owner ?? null,
    name: null,
    company: null,
    phone: null,
    email: null,
    links: [],
    comments: null,
    user: application.user,
    customQuestions: [],
    createdAt: application.createdAt,
    archived: application.archived,
    requisitionForHire: application.requisitionForHire,
    ipAddress: null,
    referer: null,
    userAgent: null,
    acceptLanguage: null,
    timezone: null,
  };
}

export function noteJson(note: Note): Omit<Note, 'byHand'> {
  const json = { ...note };
  delete json.byHand;
  return json;
}

/** The answer to creating a note repeats its id as `noteId`; reading one does not. */
export const createdNoteJson = (state: LeverState, note: Note) =>
  state.behaviour.noteAnswer === 'whole' ? { ...noteJson(note), noteId: note.id } : { noteId: note.id };

/** A draft has no public page yet. */
export const postingJson = (posting: Posting) =>
  posting.state === 'draft' ? { ...posting, urls: null } : posting;

/** The undocumented list of stages with their place in the pipeline, and of archive reasons, as seen live. */
export function dispositionStagesJson(stages: Stage[], reasons: ArchiveReason[]) {
  return {
    stages: stages.map(({ id, text, rank }) => {
      const pipeline = PIPELINES.find(({ below }) => rank < below)?.name ?? 'offer';
      return { id, text, pipeline, rank, hasInterview: ['screen', 'onsite'].includes(pipeline) };
    }),
    archiveReasons: reasons.map(({ id, text, type, status }) => {
      return { id, text, type: type === 'hired' ? type : null, status };
    }),
  };
}

/** Ranks at which one part of the pipeline ends and the next begins. */
const PIPELINES = [
  { name: 'lead', below: 101 },
  { name: 'applicant', below: 201 },
  { name: 'screen', below: 230 },
  { name: 'onsite', below: 261 },
] as const;

/** The signature token is told once, in the answer to the creation. */
export function webhookJson(webhook: Webhook, withToken = false) {
  return {
    id: webhook.id,
    event: webhook.event,
    url: webhook.url,
    configuration: {
      ...(webhook.origins ? { conditions: { origins: webhook.origins } } : {}),
      ...(withToken && webhook.signatureToken !== null ? { signatureToken: webhook.signatureToken } : {}),
    },
    createdAt: webhook.createdAt,
    updatedAt: webhook.updatedAt,
  };
}
