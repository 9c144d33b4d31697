import { type Response, Router } from 'express';
import type { z } from 'zod';
import type { ConnectLinks } from '../../db/repositories/connect-links';
import { type Reach, reaches } from '../../domain/access';
import type { Connection } from '../../domain/connection';
import type { connectLinkList } from '../connect/input';
import { type LinkMaker, type MadeLink, noSuchLink, presentLink, presentMade } from '../connect/links';
import { requireVendor, requireWithin } from '../connections/reach';
import { reachOf } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
import { note } from '../middleware/recording';
import { serve } from '../openapi/operation';
import {
  deleteConnectLink,
  listConnectLinks,
  makeConnectLink,
  renewByLink,
} from '../openapi/operations/connect-links';

export interface ConnectLinkRoutesDeps {
  maker: LinkMaker;
  list: (filter: z.output<typeof connectLinkList>, reach: Reach) => ReturnType<ConnectLinks['list']>;
  get: ConnectLinks['get'];
  remove: ConnectLinks['remove'];
  /** @throws FulcrumError `connection.missing` */
  connection: (id: string) => Promise<Connection>;
}

/** `/connect-links` of `/api/v1`: links by which customers connect, or renew their access. */
export function connectLinkRoutes(deps: ConnectLinkRoutesDeps): Router {
  const router = Router();

  const noted = (res: Response, made: MadeLink) => {
    const { id, vendor, environment, connectionId } = made.link;
    note(res, { target: id, vendor, connectionId, more: { environment } });
    return presentMade(made);
  };

  serve(router, makeConnectLink, async ({ body }, res) => {
    requireVendor(reachOf(res), body.vendor);
    return noted(res, await deps.maker.make(body));
  });

  serve(router, renewByLink, async ({ params }, res) => {
    requireWithin(reachOf(res), await deps.connection(params.id));
    return noted(res, await deps.maker.renew(params.id));
  });

  serve(router, listConnectLinks, async ({ query }, res) => {
    const { data, next } = await deps.list(query, reachOf(res));
    return { data: data.map(presentLink), next };
  });

  serve(router, deleteConnectLink, async ({ params: { id } }, res) => {
    const link = await deps.get(id);
    if (link === null || !reaches(reachOf(res), link)) throw noSuchLink(id);
    note(res, { vendor: link.vendor, connectionId: link.connectionId });
    if (!(await deps.remove(id))) throw noSuchLink(id);
  });

  router.all('/connect-links', methodNotAllowed('GET', 'POST'));
  router.all('/connect-links/:id', methodNotAllowed('DELETE'));
  return router;
}
