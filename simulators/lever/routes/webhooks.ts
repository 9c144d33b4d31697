import { Router } from 'express';
import { z } from 'zod';
import { credentialOf, requireScope } from '../auth/credentials';
import { badRequest, forbidden } from '../errors';
import { EVENTS, ORIGINS, type Webhook } from '../model';
import { webhookJson } from '../render';
import type { LeverState } from '../state';
import { makeWebhook } from '../webhooks/make';
import { param, parseBody } from './query';

const configuration = z.object({ conditions: z.object({ origins: z.array(z.enum(ORIGINS)) }).optional() });
const createBody = z.object({
  url: z.string(),
  event: z.enum(EVENTS),
  configuration: configuration.optional(),
});
const updateBody = z.object({
  data: z.array(
    z.object({ id: z.string(), url: z.string().optional(), configuration: configuration.optional() }),
  ),
});

/** `/webhooks`. Nothing is sent before the Super Admin switches the event group on, whatever is registered here. */
export function webhookRoutes(state: LeverState): Router {
  const router = Router();
  router.use(requireScope(state, 'webhooks'));

  /** Grouped by event, oldest first, and without `hasNext`, as recorded. */
  router.get('/', (_req, res) => {
    const webhooks = [...state.webhooks.values()].sort(
      (a, b) => a.event.localeCompare(b.event) || a.createdAt - b.createdAt,
    );
    res.json({ data: webhooks.map((webhook) => webhookJson(webhook)) });
  });

  router.post('/', (req, res) => {
    const body = parseBody(createBody, req);
    checkUrl(state, body.url);
    const origins = body.configuration?.conditions?.origins;
    const webhook = makeWebhook(state, { ...body, origins, madeBy: 'api', credential: credentialOf(res).id });
    const answer = { data: webhookJson(webhook, true) };
    res.status(201).json(state.behaviour.nestedWebhookAnswer ? { data: answer } : answer);
  });

  router.put('/', (req, res) => {
    const { data } = parseBody(updateBody, req);
    const webhooks = data.map((change) => ({ change, webhook: madeByApi(state.webhook(change.id)) }));
    for (const { change } of webhooks) if (change.url !== undefined) checkUrl(state, change.url);
    for (const { change, webhook } of webhooks) {
      if (change.url !== undefined) webhook.url = change.url;
      const origins = change.configuration?.conditions?.origins;
      if (webhook.origins && origins) webhook.origins = origins;
      webhook.updatedAt = state.now();
    }
    res.json({ data: webhooks.map(({ webhook }) => webhookJson(webhook)) });
  });

  router.delete('/:id', (req, res) => {
    state.webhooks.delete(madeByApi(state.webhook(param(req, 'id'))).id);
    res.status(204).end();
  });

  return router;
}

function madeByApi(webhook: Webhook): Webhook {
  if (webhook.madeBy !== 'api')
    throw forbidden('Webhooks made on the settings page can be changed only there');
  return webhook;
}

function checkUrl(state: LeverState, url: string): void {
  const protocols = state.behaviour.httpsWebhooksOnly ? ['https:'] : ['https:', 'http:'];
  if (!URL.canParse(url) || !protocols.includes(new URL(url).protocol)) {
    throw badRequest(`url must be an address starting with ${protocols.join('// or ')}//`);
  }
}
