import { Router, type Response } from 'express';
import type { z } from 'zod';
import type { ConnectLinks } from '../../db/repositories/connect-links';
import type { AuditWriter } from '../audit';
import { connectLinkId, connectLinkList, newConnectLink } from '../connect/input';
import { noSuchLink, presentLink, presentMade, type LinkMaker, type MadeLink } from '../connect/links';
import { connectionId } from '../connections/input';
import { principalOf } from '../middleware/bearer';
import { methodNotAllowed } from '../middleware/problem';
import { readInput } from '../middleware/read-input';

export interface ConnectLinkRoutesDeps {
  maker: LinkMaker;
  list: (filter: z.output<typeof connectLinkList>) => ReturnType<ConnectLinks['list']>;
  remove: ConnectLinks['remove'];
  audit: AuditWriter;
}

/** `/connect-links` of `/api/v1`: links by which customers connect, or renew their access. */
export function connectLinkRoutes(deps: ConnectLinkRoutesDeps): Router {
  const router = Router();
  const actor = (res: Response): string => principalOf(res).actor;

  const answer = async (res: Response, made: MadeLink): Promise<void> => {
    const { id, vendor, environment, connectionId: renews } = made.link;
    const detail = { vendor, environment, connection: renews };
    await deps.audit({ actor: actor(res), action: 'connect-link.created', target: id, detail });
    res.status(201).json(presentMade(made));
  };

  router.post('/connect-links', async (req, res) => {
    const { body } = readInput(req, { body: newConnectLink });
    await answer(res, await deps.maker.make(body));
  });

  router.post('/connections/:id/connect-link', async (req, res) => {
    const { params } = readInput(req, { params: connectionId });
    await answer(res, await deps.maker.renew(params.id));
  });

  router.get('/connect-links', async (req, res) => {
    const { query } = readInput(req, { query: connectLinkList });
    const { data, next } = await deps.list(query);
    res.json({ data: data.map(presentLink), next });
  });

  router.delete('/connect-links/:id', async (req, res) => {
    const { id } = readInput(req, { params: connectLinkId }).params;
    if (!(await deps.remove(id))) throw noSuchLink(id);
    await deps.audit({ actor: actor(res), action: 'connect-link.deleted', target: id, detail: {} });
    res.status(204).end();
  });

  router.all('/connect-links', methodNotAllowed('GET', 'POST'));
  router.all('/connect-links/:id', methodNotAllowed('DELETE'));
  return router;
}
