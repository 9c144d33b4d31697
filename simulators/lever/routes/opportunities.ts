import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { credentialOf, requireScope } from '../auth/credentials';
import { badRequest, notFound } from '../errors';
import { logEntry } from '../log';
import { type Opportunity, ORIGINS } from '../model';
import type { WRITES } from '../options';
import { opportunityOrder, pageOf, readLimit } from '../paging';
import type { Recruiting } from '../recruiting';
import { applicationJson, checkExpand, opportunityJson, selectedJson } from '../render';
import type { LeverState } from '../state';
import { storeFile } from './files';
import { fieldsOf, filePartsOf, isMultipart, readMultipart } from './multipart';
import { guardConfidential, opportunityFilter } from './opportunity-filters';
import { bool, many, one, param, parseBody, performAs, sendList, sendPageOf, timeWindow } from './query';

const texts = z.array(z.string().min(1)).min(1);

const createBody = z.object({
  name: z.string().optional(),
  headline: z.string().optional(),
  stage: z.string().optional(),
  location: z.string().optional(),
  phones: z.array(z.object({ type: z.string().optional(), value: z.string() })).optional(),
  emails: z.array(z.string().min(3)).optional(),
  links: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
  sources: z.array(z.string()).optional(),
  origin: z.enum(ORIGINS).optional(),
  owner: z.string().optional(),
  followers: z.array(z.string()).optional(),
  postings: z.array(z.string()).max(1, 'only one posting is allowed').optional(),
  createdAt: z.coerce.number().int().optional(),
  archived: z.object({ reason: z.string(), archivedAt: z.coerce.number().int().optional() }).optional(),
  contact: z.string().optional(),
  opportunityLocation: z.string().optional(),
});

/** `/opportunities` and its deprecated twin `/candidates`: read, create, and the writes on one opportunity. */
export function opportunityRoutes(state: LeverState, recruiting: Recruiting): Router {
  const router = Router();
  router.use(requireScope(state, 'opportunities'));
  router.param('id', guardConfidential(state));

  router.get('/', (req, res) => {
    checkExpand(many(req, 'expand'));
    const limit = readLimit(one(req, 'limit'));
    const matching = state.seenOpportunities().filter(opportunityFilter(req, state, credentialOf(res)));
    const page = pageOf(matching, opportunityOrder(state), limit, one(req, 'offset'));
    sendPageOf(res, page, (o) => selectedJson(state, o, many(req, 'include'), many(req, 'expand')));
  });

  router.get('/deleted', (req, res) => {
    const within = timeWindow(req, 'deleted_at');
    const deleted = [...state.deleted.values()].filter((o) => within?.(o.deletedAt) ?? true);
    const page = pageOf(deleted, opportunityOrder(state), readLimit(one(req, 'limit')), one(req, 'offset'));
    sendPageOf(res, page, (o) => ({
      ...opportunityJson(state, o),
      deletedBy: state.deleted.get(o.id)?.deletedBy ?? null,
      deletedAt: state.deleted.get(o.id)?.deletedAt,
    }));
  });

  router.get('/:id', (req, res) => {
    checkExpand(many(req, 'expand'));
    const opportunity = state.seenOpportunity(param(req, 'id'));
    res.json({ data: selectedJson(state, opportunity, many(req, 'include'), many(req, 'expand')) });
  });

  router.post('/', async (req, res) => {
    const form = isMultipart(req) ? await readMultipart(req) : null;
    if (form) logEntry(res).body = req.body = fieldsOf(form);
    const { postings, ...body } = parseBody(createBody, req);
    if (body.createdAt !== undefined && body.createdAt > state.now())
      throw badRequest('createdAt must be in the past');
    const userId = creatorOf(req, state, postings ?? []);
    const { opportunity, deduped } = recruiting.create({ ...body, posting: postings?.[0] }, userId);
    const parts = form ? await filePartsOf(form, ['resumeFile', 'files[]']) : [];
    for (const part of parts) storeFile(state, opportunity, part);
    res.status(201).json({ deduped, data: opportunityJson(state, opportunity, 'write') });
  });

  router.put('/:id/stage', (req, res) => {
    const userId = performAs(req, state, 'optional');
    const { stage } = parseBody(z.object({ stage: z.string().min(1) }), req);
    const silent = !state.behaviour.stageChangeOnApiMove;
    sendWritten(res, 'stage', recruiting.moveToStage(param(req, 'id'), stage, userId, silent));
  });

  router.put('/:id/archived', (req, res) => {
    performAs(req, state, 'optional');
    const schema = z.object({
      reason: z.string().nullable(),
      cleanInterviews: z.boolean().optional(),
      requisitionId: z.string().optional(),
    });
    const { reason, requisitionId } = parseBody(schema, req);
    sendWritten(res, 'archived', recruiting.archive(param(req, 'id'), reason, requisitionId ?? null));
  });

  for (const list of ['tags', 'links', 'sources'] as const) {
    const schema = z.object({ [list]: texts });
    for (const change of ['add', 'remove'] as const) {
      const name = `${change}${capitalised(list)}` as const;
      router.post(`/:id/${name}`, (req, res) => {
        performAs(req, state, 'optional');
        const values = parseBody(schema, req)[list] ?? [];
        sendWritten(res, name, recruiting.changeList(param(req, 'id'), list, change, values));
      });
    }
  }

  /** Links belong to the contact, whose data those answers show; the others come blank, as recorded. */
  function sendWritten(res: Response, write: (typeof WRITES)[number], opportunity: Opportunity): void {
    const view = state.behaviour.blankAnswers.includes(write) ? 'write-blank' : 'write';
    res.json({ data: opportunityJson(state, opportunity, view) });
  }

  return router;
}

/** Applications of one opportunity; at most one. */
export function applicationRoutes(state: LeverState): Router {
  const router = Router();
  router.use('/:id/applications', requireScope(state, 'applications'));
  router.param('id', guardConfidential(state));
  router.get('/:id/applications', (req, res) => {
    const opportunity = state.opportunity(param(req, 'id'));
    const { application } = opportunity;
    sendList(res, application ? [applicationJson(state, opportunity, application)] : []);
  });
  router.get('/:id/applications/:application', (req, res) => {
    const opportunity = state.opportunity(param(req, 'id'));
    const { application } = opportunity;
    const wanted = param(req, 'application');
    if (application?.id !== wanted) throw notFound('applications', wanted);
    res.json({ data: applicationJson(state, opportunity, application) });
  });
  return router;
}

/** Whoever creates is the owner as well: `perform_as`, or with `perform_as_posting_owner` the one posting's owner. */
function creatorOf(req: Request, state: LeverState, postings: string[]): string | null {
  if (bool(req, 'perform_as_posting_owner') !== true) return performAs(req, state, 'required');
  const [posting] = postings;
  if (posting === undefined) throw badRequest('perform_as_posting_owner needs exactly one posting');
  const { owner } = state.posting(posting);
  if (owner === null) throw badRequest('perform_as_posting_owner: the posting has no owner');
  return owner;
}

const capitalised = <T extends string>(text: T): Capitalize<T> =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}` as Capitalize<T>;
