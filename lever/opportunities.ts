import { FulcrumError } from '../domain/errors';
import type { LeverApplication, LeverOpportunity } from './schemas';
import { leverApplication, leverOpportunity, single } from './schemas';
import type { LeverPage, Query, Transport } from './transport';

/** Filters of `GET /opportunities`; several narrow together. Times in ms since 1970, both ends included. */
export interface OpportunityFilter {
  stageId?: string;
  postingId?: string;
  contactId?: string;
  /** Matched in Lever's canonical form. */
  email?: string;
  tag?: string;
  archived?: boolean;
  advancedAtStart?: number;
  advancedAtEnd?: number;
  createdAtStart?: number;
  updatedAtStart?: number;
  /** Without it Lever leaves confidential ones out. */
  confidentiality?: 'all' | 'confidential' | 'non-confidential';
  expand?: readonly OpportunityExpansion[];
  /** Items a page, 1 to 100. */
  limit?: number;
}

/** What Lever can put in place of an id; anything else answers 400 (`posting` as well). */
export type OpportunityExpansion = 'applications' | 'stage' | 'owner' | 'followers' | 'sourcedBy' | 'contact';

export interface NewOpportunity {
  postingId: string;
  /** An existing person; null lets Lever match one by e-mail. */
  contactId: string | null;
  name: string;
  email: string | null;
  tags: string[];
}

export interface Opportunities {
  /** An application that Lever leaves as an id although it was to be expanded is read by a request of its own. */
  getOpportunity(
    id: string,
    options?: { expand?: readonly OpportunityExpansion[] },
  ): Promise<LeverOpportunity>;
  /**
   * All of them, each id once, page by page; also those that move while the pages are read (see {@link sweep}).
   * More than one page costs at least one request more.
   */
  listOpportunities(filter: OpportunityFilter): AsyncIterable<LeverOpportunity>;
  /**
   * One request: the page that `offset`, an earlier page's `next`, points at. Opportunities move between pages while
   * they are read, so the same one can come twice or not at all; who needs each exactly once takes the whole list.
   */
  pageOfOpportunities(filter: OpportunityFilter, offset?: string): Promise<LeverPage<LeverOpportunity>>;
  /** Always makes another one, also for a known person and posting: look first. */
  createOpportunity(opportunity: NewOpportunity): Promise<{ id: string; contactId: string | null }>;
  addTags(id: string, tags: readonly string[]): Promise<void>;
  removeTags(id: string, tags: readonly string[]): Promise<void>;
  /** Links belong to the person, so they appear on all of the person's opportunities. */
  addLinks(id: string, links: readonly string[]): Promise<void>;
  removeLinks(id: string, links: readonly string[]): Promise<void>;
  setStage(id: string, stageId: string): Promise<void>;
  /** @param reasonId null takes the opportunity out of the archive */
  archive(id: string, reasonId: string | null): Promise<void>;
}

const opportunityAnswer = single(leverOpportunity);

/**
 * Writes answer nothing here although Lever sends the opportunity back: in most of those answers the person's
 * name, e-mail and links are blank, so nothing may be read from them.
 */
export function opportunities(transport: Transport, performAs: string | null): Opportunities {
  const inName: Query = { perform_as: performAs };
  const write =
    (route: string, method: 'POST' | 'PUT' = 'POST') =>
    async (id: string, json: Record<string, unknown>): Promise<void> => {
      await transport.send({ method, route, params: { id }, query: inName, json });
    };
  const getApplication = (id: string, applicationId: string): Promise<LeverApplication> =>
    transport.read(
      {
        method: 'GET',
        route: '/opportunities/:id/applications/:applicationId',
        params: { id, applicationId },
      },
      single(leverApplication),
    );
  const addTags = write('/opportunities/:id/addTags');
  const removeTags = write('/opportunities/:id/removeTags');
  const addLinks = write('/opportunities/:id/addLinks');
  const removeLinks = write('/opportunities/:id/removeLinks');
  const setStage = write('/opportunities/:id/stage', 'PUT');
  const archive = write('/opportunities/:id/archived', 'PUT');

  return {
    async getOpportunity(id, { expand = [] } = {}) {
      const request = {
        method: 'GET',
        route: '/opportunities/:id',
        params: { id },
        query: { expand },
      } as const;
      const opportunity = await transport.read(request, opportunityAnswer);
      if (!expand.includes('applications')) return opportunity;
      const applications: LeverApplication[] = [];
      for (const application of opportunity.applications) {
        applications.push(
          typeof application === 'string' ? await getApplication(id, application) : application,
        );
      }
      return { ...opportunity, applications };
    },
    listOpportunities: (filter) => sweep(transport, filter),
    pageOfOpportunities: (filter, offset) => transport.page(listRequest(filter), leverOpportunity, offset),
    async createOpportunity({ postingId, contactId, name, email, tags }) {
      const json = {
        name,
        ...(contactId !== null && { contact: contactId }),
        ...(email !== null && { emails: [email] }),
        tags,
        postings: [postingId],
      };
      const query = { perform_as: requirePerformAs(performAs, 'creating an opportunity') };
      const answer = await transport.read(
        { method: 'POST', route: '/opportunities', query, json, people: [name] },
        opportunityAnswer,
      );
      return { id: answer.id, contactId: answer.contact ?? null };
    },
    addTags: (id, tags) => addTags(id, { tags }),
    removeTags: (id, tags) => removeTags(id, { tags }),
    addLinks: (id, links) => addLinks(id, { links }),
    removeLinks: (id, links) => removeLinks(id, { links }),
    setStage: (id, stageId) => setStage(id, { stage: stageId }),
    archive: (id, reasonId) => archive(id, { reason: reasonId }),
  };
}

const listRequest = (filter: OpportunityFilter) =>
  ({ method: 'GET', route: '/opportunities', query: queryOf(filter) }) as const;

/** How far the hub's clock may be ahead of Lever's. */
const clockMarginMs = 5 * 60_000;

/**
 * Lever sorts by the stage's rank and the time of the last advance, and a page's token names the place in that order
 * (lever-api 3). Who advances while the pages are read can so be met twice, or leap from the pages to come into
 * those already read. The former are told by their id. For the latter the list is read once more, as far as it was
 * updated since the reading began: advancing is an update. Read in one page, that is a picture of one moment, and
 * nobody can leap any more; else it is repeated until it shows nobody new.
 */
async function* sweep(transport: Transport, filter: OpportunityFilter): AsyncGenerator<LeverOpportunity> {
  const met = new Set<string>();
  let asked = filter;
  for (;;) {
    const began = Date.now();
    const known = met.size;
    let pages = 0;
    for await (const items of transport.pages(listRequest(asked), leverOpportunity)) {
      pages += 1;
      for (const item of items) {
        if (met.has(item.id)) continue;
        met.add(item.id);
        yield item;
      }
    }
    const isFirst = asked === filter;
    if (pages === 1 || (!isFirst && met.size === known)) return;
    // The largest page, to have it in one.
    asked = {
      ...filter,
      limit: 100,
      updatedAtStart: Math.max(filter.updatedAtStart ?? 0, began - clockMarginMs),
    };
  }
}

const queryOf = (filter: OpportunityFilter): Query => ({
  stage_id: filter.stageId,
  posting_id: filter.postingId,
  contact_id: filter.contactId,
  email: filter.email,
  tag: filter.tag,
  archived: filter.archived,
  advanced_at_start: filter.advancedAtStart,
  advanced_at_end: filter.advancedAtEnd,
  created_at_start: filter.createdAtStart,
  updated_at_start: filter.updatedAtStart,
  confidentiality: filter.confidentiality,
  expand: filter.expand,
  limit: filter.limit,
});

/** Lever refuses a few requests that name no user; saying so here spares the refusal and tells what to do. */
export function requirePerformAs(performAs: string | null, what: string): string {
  if (performAs !== null) return performAs;
  throw new FulcrumError(
    'connection.misconfigured',
    `Lever wants a user for ${what}: set serviceUserEmail or performAs in the connection's settings`,
  );
}
