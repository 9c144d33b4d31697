import { type Request, Router } from 'express';
import { z } from 'zod';
import type { OAuthServer } from '../auth/oauth-server';
import { badRequest, forbidden } from '../errors';
import { EVENTS } from '../model';
import type { Recruiting } from '../recruiting';
import { param, parseBody } from '../routes/query';
import { addPosting } from '../seed';
import type { LeverState } from '../state';
import type { WebhookDispatcher } from '../webhooks/dispatcher';
import { makeWebhook } from '../webhooks/make';
import { authorizedAppsPage } from './authorized-apps';
import { candidatePage } from './candidate';
import { candidatesPage, newCandidatePage } from './candidates';
import { sendPage } from './html';
import { integrationsPage } from './integrations';
import { postingPage, postingsPage } from './postings';
import { STYLE } from './style';

interface Parts {
  state: LeverState;
  recruiting: Recruiting;
  webhooks: WebhookDispatcher;
  oauth: OAuthServer;
}

const newCandidate = z.object({
  name: z.string().trim().min(1),
  email: z.email(),
  posting: z.string(),
  stage: z.string(),
});
const tags = z.string().transform((text) =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean),
);
const newPosting = z.object({
  text: z.string().trim().min(1),
  location: z.string().trim().min(1),
  team: z.string().trim().min(1),
  tags,
});
const newWebhook = z.object({ event: z.enum(EVENTS), url: z.url({ protocol: /^https?$/ }) });
const event = z.enum(EVENTS);

/** File types a browser may show in place; all else is a download. */
const PREVIEW = ['.pdf', '.png', '.jpg', '.txt'];

/** The pages for people. Whoever opens them acts as the account's Super Admin. */
export function pageRoutes({ state, recruiting, webhooks, oauth }: Parts): Router {
  const router = Router();
  const actor = () => state.superAdmin()?.id ?? null;

  router.get('/style.css', (_req, res) => void res.type('css').send(STYLE));

  router.get('/', (_req, res) => sendPage(res, 200, candidatesPage(state)));
  router.get('/candidates', (_req, res) => res.redirect(302, '/'));
  router.get('/candidates/new', (_req, res) => sendPage(res, 200, newCandidatePage(state)));
  router.post('/candidates', (req, res) => {
    const form = newCandidate.safeParse(req.body);
    if (!form.success)
      return sendPage(res, 400, newCandidatePage(state, 'Give a name and a valid e-mail address.'));
    const { name, email, posting, stage } = form.data;
    const created = recruiting.create({ name, emails: [email], posting, stage, origin: 'sourced' }, actor());
    res.redirect(303, `/candidates/${created.opportunity.id}`);
  });
  router.get('/candidates/:id', (req, res) =>
    sendPage(res, 200, candidatePage(state, state.opportunity(id(req)))),
  );
  router.post('/candidates/:id/stage', (req, res) => {
    recruiting.moveToStage(id(req), parseBody(z.object({ stage: z.string() }), req).stage, actor());
    res.redirect(303, `/candidates/${id(req)}`);
  });
  router.post('/candidates/:id/archive', (req, res) => {
    recruiting.archive(id(req), parseBody(z.object({ reason: z.string() }), req).reason);
    res.redirect(303, `/candidates/${id(req)}`);
  });
  router.post('/candidates/:id/unarchive', (req, res) => {
    recruiting.archive(id(req), null);
    res.redirect(303, `/candidates/${id(req)}`);
  });
  router.post('/candidates/:id/delete', (req, res) => {
    recruiting.delete(id(req), actor());
    res.redirect(303, '/');
  });
  router.get('/candidates/:id/files/:file', (req, res) => {
    const file = state.file(state.opportunity(id(req)).id, param(req, 'file'));
    if (!PREVIEW.includes(file.ext)) res.attachment(file.name);
    res
      .set('X-Content-Type-Options', 'nosniff')
      .type(file.ext || 'bin')
      .send(file.content);
  });

  router.get('/postings', (_req, res) => sendPage(res, 200, postingsPage(state)));
  router.post('/postings', (req, res) => {
    const posting = addPosting(state, {
      ...parseBody(newPosting, req),
      owner: actor(),
      createdAt: state.now(),
    });
    res.redirect(303, `/postings/${posting.id}`);
  });
  router.get('/postings/:id', (req, res) => sendPage(res, 200, postingPage(state, state.posting(id(req)))));
  router.post('/postings/:id', (req, res) => {
    recruiting.updatePosting(id(req), parseBody(newPosting.pick({ text: true, tags: true }), req));
    res.redirect(303, `/postings/${id(req)}`);
  });

  const integrations = '/settings/integrations';
  router.get(integrations, (_req, res) => sendPage(res, 200, integrationsPage(state, webhooks.deliveries())));
  router.post(`${integrations}/events/:event`, (req, res) => {
    const name = event.safeParse(param(req, 'event'));
    if (!name.success) throw badRequest('There is no such event');
    const { enabled } = parseBody(z.object({ enabled: z.enum(['true', 'false']) }), req);
    if (enabled === 'true') state.enabledEvents.add(name.data);
    else state.enabledEvents.delete(name.data);
    res.redirect(303, integrations);
  });
  router.post(`${integrations}/webhooks`, (req, res) => {
    makeWebhook(state, { ...parseBody(newWebhook, req), madeBy: 'settings', credential: null });
    res.redirect(303, integrations);
  });
  router.post(`${integrations}/webhooks/:id/delete`, (req, res) => {
    if (state.webhook(id(req)).madeBy === 'api') {
      throw forbidden('Webhooks made by an app can be changed only through the API');
    }
    state.webhooks.delete(id(req));
    res.redirect(303, integrations);
  });
  router.post(`${integrations}/webhooks/:id/ping`, async (req, res) => {
    await webhooks.ping(id(req));
    res.redirect(303, integrations);
  });
  router.post(`${integrations}/deliveries/:id/rerun`, async (req, res) => {
    await webhooks.rerun(id(req));
    res.redirect(303, integrations);
  });

  router.get('/settings/authorized-apps', (_req, res) => {
    sendPage(res, 200, authorizedAppsPage(state, [...oauth.grants.values()]));
  });
  router.post('/settings/authorized-apps/:id/revoke', (req, res) => {
    oauth.revoke(id(req));
    res.redirect(303, '/settings/authorized-apps');
  });

  return router;
}

const id = (req: Request): string => param(req, 'id');
