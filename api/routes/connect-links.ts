import { type Response, Router } from 'express';
import type { z } from 'zod';
import type { ConnectLinks } from '../../db/repositories/connect-links';
import type { AuditWriter } from '../audit';
import type { connectLinkList } from '../connect/input';
import { type LinkMaker, type MadeLink, noSuchLink, presentLink, presentMade } from '../connect/links';
import { principalOf } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
import { serve } from '../openapi/operation';
import {
  deleteConnectLink,
  listConnectLinks,
  makeConnectLink,
  renewByLink,
} from '../openapi/operations/connect-links';

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

  const noted = async (res: Response, made: MadeLink) => {
    const { id, vendor, environment, connectionId: renews } = made.link;
    const detail = { vendor, environment, connection: renews };
    await deps.audit({ actor: actor(res), action: 'connect-link.created', target: id, detail });
    return presentMade(made);
  };

  serve(router, makeConnectLink, async ({ body }, res) => noted(res, await deps.maker.make(body)));
  serve(router, renewByLink, async ({ params }, res) => noted(res, await deps.maker.renew(params.id)));

  serve(router, listConnectLinks, async ({ query }) => {
    const { data, next } = await deps.list(query);
    return { data: data.map(presentLink), next };
  });

  serve(router, deleteConnectLink, async ({ params: { id } }, res) => {
    if (!(await deps.remove(id))) throw noSuchLink(id);
    await deps.audit({ actor: actor(res), action: 'connect-link.deleted', target: id, detail: {} });
  });

  router.all('/connect-links', methodNotAllowed('GET', 'POST'));
  router.all('/connect-links/:id', methodNotAllowed('DELETE'));
  return router;
}
