import { Router } from 'express';
import { z } from 'zod';
import { badRequest } from '../errors';
import { parseBody } from '../routes/query';
import { candidateRoutes } from './candidate-routes';
import { pipelineRoutes } from './pipeline';
import { postingPageRoutes } from './posting-routes';
import { settingsRoutes } from './settings-routes';
import { STYLE } from './style';
import { requirePermission, VIEWER_COOKIE } from './viewer';
import type { PageParts } from './visit';

const viewerForm = z.object({ viewer: z.string(), back: z.string() });

/** The pages for people. Whoever opens them acts as the account's Super Admin until another user is chosen. */
export function pageRoutes(parts: PageParts): Router {
  const router = Router();
  router.get('/style.css', (_req, res) => void res.type('css').send(STYLE));
  router.post('/viewer', (req, res) => {
    const { viewer, back } = parseBody(viewerForm, req);
    if (parts.state.user(viewer).deactivatedAt !== null) throw badRequest('This user was deactivated');
    res.cookie(VIEWER_COOKIE, viewer, { httpOnly: true, sameSite: 'lax' });
    res.redirect(303, /^\/(?![/\\])/.test(back) ? back : '/');
  });
  router.get('/', (req, _res, next) => {
    requirePermission(req, parts.state, 'view profiles and postings');
    next();
  });
  router.use(['/candidates', '/postings'], (req, _res, next) => {
    requirePermission(req, parts.state, 'view profiles and postings');
    next();
  });
  router.post(/^\/postings/, (req, _res, next) => {
    requirePermission(req, parts.state, 'create and edit postings');
    next();
  });
  router.use(candidateRoutes(parts), postingPageRoutes(parts), settingsRoutes(parts), pipelineRoutes(parts));
  return router;
}
