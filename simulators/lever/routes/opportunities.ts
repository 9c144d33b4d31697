import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { credentialOf, requireScope } from '../auth/credentials';
import { badRequest, notFound } from '../errors';
import { ORIGINS } from '../model';
import { opportunityOrder, pageOf, readLimit } from '../paging';
import type { Recruiting } from '../recruiting';
import { applicationJson, checkExpand, opportunityJson, selectedJson } from '../render';
import type { LeverState } from '../state';
import { fieldsOf, isMultipart, readMultipart } from './multipart';
import { guardConfidential, opportunityFilter } from './opportunity-filters';
import { many, one, param, parseBody, performAs, sendList, sendPageOf, timeWindow } from './query';

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
  archived: z.object({ reason: z.string() }).optional(),
  contact: z.string().optional(),
});

/** `/opportunities` and its deprecated twin `/candidates`: read, create, and the writes on one opportunity. */
export function opportunityRoutes(state: LeverState, recruiting: Recruiting): Router {
  const router = Router();
  router.use(requireScope('opportunities'));
  router.param('id', guardConfidential(state));

  router.get('/', (req, res) => {
    checkExpand(many(req, 'expand'));
    const limit = readLimit(one(req, 'limit'));
    const matching = [...state.opportunities.values()].filter(
      opportunityFilter(req, state, credentialOf(res)),
    );
    const page = pageOf(matching, opportunityOrder(state), limit, one(req, 'offset'));
    sendPageOf(res, page, (o) => selectedJson(state, o, many(req, 'include'), many(req, 'expand')));
  });

  router.get('/deleted', (req, res) => {
    const within = timeWindow(req, 'deleted_at');
    const deleted = [...state.deleted.values()].filter((o) => within(o.deletedAt));
    const page = pageOf(deleted, opportunityOrder(state), readLimit(one(req, 'limit')), one(req, 'offset'));
    sendPageOf(res, page, (o) => ({
      ...opportunityJson(state, o),
      deletedBy: state.deleted.get(o.id)?.deletedBy ?? null,
      deletedAt: state.deleted.get(o.id)?.deletedAt,
    }));
  });

  router.get('/:id', (req, res) => {
    checkExpand(many(req, 'expand'));
    const opportunity = state.opportunity(param(req, 'id'));
    res.json({ data: selectedJson(state, opportunity, many(req, 'include'), many(req, 'expand')) });
  });

  router.post('/', async (req, res) => {
    const userId = performAs(req, state, 'required');
    if (isMultipart(req)) req.body = fieldsOf(await readMultipart(req));
    const { postings, archived, ...body } = parseBody(createBody, req);
    if (body.createdAt !== undefined && body.createdAt > state.now())
      throw badRequest('createdAt must be in the past');
    const created = recruiting.create(
      { ...body, posting: postings?.[0], archivedReason: archived?.reason },
      userId,
    );
    res
      .status(201)
      .json({ deduped: created.deduped, data: opportunityJson(state, created.opportunity, 'write') });
  });

  router.put('/:id/stage', (req, res) => {
    const userId = performAs(req, state, 'optional');
    const { stage } = parseBody(z.object({ stage: z.string().min(1) }), req);
    const opportunity = recruiting.moveToStage(param(req, 'id'), stage, userId);
    res.json({ data: opportunityJson(state, opportunity, 'write-blank') });
  });

  router.put('/:id/archived', (req, res) => {
    performAs(req, state, 'optional');
    const schema = z.object({
      reason: z.string().nullable(),
      cleanInterviews: z.boolean().optional(),
      requisitionId: z.string().optional(),
    });
    const { reason, requisitionId } = parseBody(schema, req);
    const opportunity = recruiting.archive(param(req, 'id'), reason, requisitionId ?? null);
    res.json({ data: opportunityJson(state, opportunity, 'write-blank') });
  });

  const listChange = (list: 'tags' | 'links' | 'sources', change: 'add' | 'remove'): RequestHandler => {
    const schema = z.object({ [list]: texts });
    // Links belong to the contact, whose data those answers show; the others come blank (lever-api 5.1).
    const view = list === 'links' ? 'write' : 'write-blank';
    return (req, res) => {
      performAs(req, state, 'optional');
      const values = parseBody(schema, req)[list] ?? [];
      const opportunity = recruiting.changeList(param(req, 'id'), list, change, values);
      res.json({ data: opportunityJson(state, opportunity, view) });
    };
  };
  router.post('/:id/addTags', listChange('tags', 'add'));
  router.post('/:id/removeTags', listChange('tags', 'remove'));
  router.post('/:id/addLinks', listChange('links', 'add'));
  router.post('/:id/removeLinks', listChange('links', 'remove'));
  router.post('/:id/addSources', listChange('sources', 'add'));
  router.post('/:id/removeSources', listChange('sources', 'remove'));

  return router;
}

/** Applications of one opportunity; at most one. */
export function applicationRoutes(state: LeverState): Router {
  const router = Router();
  router.use('/:id/applications', requireScope('applications'));
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
