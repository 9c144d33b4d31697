import { type Request, Router } from 'express';
import { z } from 'zod';
import { badRequest, forbidden, notFound } from '../errors';
import { EVENTS } from '../model';
import { param, parseBody } from '../routes/query';
import { makeWebhook } from '../webhooks/make';
import { authorizedAppsPage } from './authorized-apps';
import { sendPage } from './html';
import { integrationsPage } from './integrations';
import { requireSuperAdmin } from './viewer';
import { type PageParts, visitOf } from './visit';

const INTEGRATIONS = '/settings/integrations';
const APPS = '/settings/authorized-apps';

const event = z.enum(EVENTS);
const newWebhook = z.object({
  event,
  url: z.url({ protocol: /^https?$/ }),
  signed: z.enum(['true', 'false']).default('true'),
});

/** Settings: everybody may look, only a Super Admin may change (403). */
export function settingsRoutes({ state, webhooks, oauth }: PageParts): Router {
  const router = Router();

  router.get(INTEGRATIONS, (req, res) =>
    sendPage(res, 200, integrationsPage(visitOf(req, state), webhooks.deliveries())),
  );
  router.get(APPS, (req, res) =>
    sendPage(res, 200, authorizedAppsPage(visitOf(req, state), [...oauth.grants.values()])),
  );

  /** Something only a Super Admin may do, after which the page is shown again. */
  const action = (page: string, path: string, act: (req: Request) => unknown): void => {
    router.post(`${page}/${path}`, async (req, res) => {
      requireSuperAdmin(req, state);
      await act(req);
      res.redirect(303, page);
    });
  };
  action(INTEGRATIONS, 'events/:event', (req) => {
    const name = event.safeParse(param(req, 'event'));
    if (!name.success) throw badRequest('There is no such event');
    const { enabled } = parseBody(z.object({ enabled: z.enum(['true', 'false']) }), req);
    if (enabled === 'true') state.enabledEvents.add(name.data);
    else state.enabledEvents.delete(name.data);
  });
  action(INTEGRATIONS, 'webhooks', (req) => {
    const { signed, ...webhook } = parseBody(newWebhook, req);
    makeWebhook(state, { ...webhook, signed: signed === 'true', madeBy: 'settings', credential: null });
  });
  action(INTEGRATIONS, 'webhooks/:id/delete', (req) => {
    const webhook = state.webhook(param(req, 'id'));
    if (webhook.madeBy === 'api') {
      throw forbidden('Webhooks made by an app can be changed only through the API');
    }
    state.webhooks.delete(webhook.id);
  });
  action(INTEGRATIONS, 'webhooks/:id/ping', (req) => webhooks.ping(param(req, 'id')));
  action(INTEGRATIONS, 'deliveries/:id/rerun', (req) => webhooks.rerun(param(req, 'id')));
  action(APPS, ':id/revoke', (req) => {
    const grant = oauth.grants.get(param(req, 'id'));
    if (!grant) throw notFound('grants', param(req, 'id'));
    oauth.revokeApp(grant.app);
  });

  return router;
}
