import { Router } from 'express';
import { z } from 'zod';
import { credentialOf, requireScope } from '../auth/credentials';
import { badRequest, forbidden } from '../errors';
import type { Posting } from '../model';
import { newestFirst, pageOf, readLimit } from '../paging';
import type { Recruiting } from '../recruiting';
import { postingJson } from '../render';
import { addPosting } from '../seed';
import type { LeverState } from '../state';
import { confidentialityTest } from './opportunity-filters';
import { many, one, param, parseBody, performAs, sendPageOf, timeWindow } from './query';

const updateBody = z.object({
  text: z.string().min(1).optional(),
  state: z.enum(['published', 'internal', 'closed', 'draft', 'pending', 'rejected']).optional(),
  tags: z.array(z.string().min(1)).optional(),
  categories: z
    .object({
      team: z.string().optional(),
      department: z.string().optional(),
      location: z.string().optional(),
      commitment: z.string().optional(),
    })
    .optional(),
});

const createBody = updateBody.extend({ text: z.string().min(1) });

const CATEGORY_FILTERS = ['team', 'department', 'location', 'commitment'] as const;

/** `/postings`: list, get, create, partial update. No webhook tells of a change. */
export function postingRoutes(state: LeverState, recruiting: Recruiting): Router {
  const router = Router();
  router.use(requireScope(state, 'postings'));

  router.get('/', (req, res) => {
    const visible = confidentialityTest(req, credentialOf(res));
    const updated = timeWindow(req, 'updated_at');
    const [states, tags, channels] = [many(req, 'state'), many(req, 'tag'), many(req, 'distributionChannel')];
    const categories = CATEGORY_FILTERS.map((name) => [name, many(req, name)] as const);
    if (
      updated &&
      [states, tags, channels, ...categories.map(([, wanted]) => wanted)].some((f) => f.length > 0)
    ) {
      throw badRequest('updated_at can be combined with no other filter than confidentiality');
    }
    const matching = [...state.postings.values()].filter(
      (posting) =>
        visible(posting) &&
        (updated?.(posting.updatedAt) ?? true) &&
        (states.length === 0 || states.includes(posting.state)) &&
        inChannel(posting, states, channels) &&
        (tags.length === 0 || posting.tags.some((tag) => tags.includes(tag))) &&
        categories.every(
          ([name, wanted]) => wanted.length === 0 || wanted.includes(posting.categories[name]),
        ),
    );
    const page = pageOf(matching, newestFirst(), readLimit(one(req, 'limit')), one(req, 'offset'));
    sendPageOf(res, page, postingJson);
  });

  router.get('/:id', (req, res) => {
    const posting = state.posting(param(req, 'id'));
    if (posting.confidentiality === 'confidential' && !credentialOf(res).confidential) {
      throw forbidden('The posting is confidential');
    }
    res.json({ data: postingJson(posting) });
  });

  router.post('/', (req, res) => {
    const userId = performAs(req, state, 'required');
    const { state: status = 'draft', categories = {}, ...body } = parseBody(createBody, req);
    const posting = addPosting(state, { ...body, ...categories, owner: userId, createdAt: state.now() });
    posting.state = status;
    res.status(201).json({ data: postingJson(posting) });
  });

  router.post('/:id', (req, res) => {
    performAs(req, state, 'required');
    const posting = recruiting.updatePosting(param(req, 'id'), parseBody(updateBody, req));
    res.json({ data: postingJson(posting) });
  });

  return router;
}

/** `state=published` alone shows only what is on the public site, unless channels are asked for by name. */
function inChannel(posting: Posting, states: string[], channels: string[]): boolean {
  const wanted = channels.length > 0 ? channels : states.includes('published') ? ['public'] : [];
  return (
    wanted.length === 0 || (posting.distributionChannels ?? []).some((channel) => wanted.includes(channel))
  );
}
