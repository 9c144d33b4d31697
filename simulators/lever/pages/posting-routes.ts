import { Router } from 'express';
import { z } from 'zod';
import { param, parseBody } from '../routes/query';
import { addPosting } from '../seed';
import { sendPage } from './html';
import { postingPage, postingsPage } from './postings';
import { viewerOf } from './viewer';
import { type PageParts, visitOf } from './visit';

const line = z.string().trim().min(1);
const tags = z.string().transform((text) =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean),
);
const newPosting = z.object({
  text: line,
  location: line,
  team: line,
  tags,
  /** Which job sites show it, separated by commas. */
  distribution: z.enum(['internal,public', 'internal', 'public']).default('internal,public'),
  /** Empty: nobody. */
  hiringManager: z.string().default(''),
});
const changedPosting = newPosting.pick({ text: true, tags: true });

/** Postings: the list, a new one, and one's title and tags. */
export function postingPageRoutes({ state, recruiting }: PageParts): Router {
  const router = Router();
  router.get('/postings', (req, res) => sendPage(res, 200, postingsPage(visitOf(req, state))));
  router.post('/postings', (req, res) => {
    const { distribution, hiringManager, ...rest } = parseBody(newPosting, req);
    const posting = addPosting(state, {
      ...rest,
      distributionChannels: distribution.split(','),
      ...(hiringManager !== '' && { hiringManager: state.user(hiringManager).id }),
      owner: viewerOf(req, state)?.id ?? null,
      createdAt: state.now(),
    });
    res.redirect(303, `/postings/${posting.id}`);
  });
  router.get('/postings/:id', (req, res) =>
    sendPage(res, 200, postingPage(visitOf(req, state), state.posting(param(req, 'id')))),
  );
  router.post('/postings/:id', (req, res) => {
    const { id } = recruiting.updatePosting(param(req, 'id'), parseBody(changedPosting, req));
    res.redirect(303, `/postings/${id}`);
  });
  return router;
}
