import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { vendorIds } from '../../domain/ids';
import type { Connection } from '../../domain/connection';
import type { GrantLife } from '../../domain/grant-life';
import { connectionId, connectionPatch, newConnection, reconnectInput } from '../connections/input';
import { presentConnection, type Addresses } from '../connections/present';
import type { ConnectionService } from '../connections/service';
import type { AuditWriter } from '../audit';
import { methodNotAllowed } from '../middleware/problem';
import { principalOf } from '../middleware/bearer';
import { readInput } from '../middleware/read-input';
import { page } from './paging';

export interface ConnectionRoutesDeps extends Addresses {
  service: ConnectionService;
  list: (filter: z.output<typeof listQuery>) => Promise<{ data: Connection[]; next: string | null }>;
  grantLives: (connectionIds: readonly string[]) => Promise<Map<string, GrantLife>>;
  audit: AuditWriter;
}

const listQuery = z.strictObject({ vendor: z.enum(vendorIds).optional(), ...page });

/** `/connections` of `/api/v1` (design 9). */
export function connectionRoutes(deps: ConnectionRoutesDeps): Router {
  const { service } = deps;
  const router = Router();
  const presentAll = async (connections: readonly Connection[]) => {
    const lives = await deps.grantLives(connections.map(({ id }) => id));
    return connections.map((each) => presentConnection(deps, each, lives.get(each.id) ?? null));
  };
  const present = async (connection: Connection) => (await presentAll([connection]))[0];
  const note = (res: Response, action: string, id: string, detail: Record<string, unknown> = {}) =>
    deps.audit({ actor: principalOf(res).actor, action: `connection.${action}`, target: id, detail });
  const idOf = (req: Request): string => readInput(req, { params: connectionId }).params.id;

  router.get('/connections', async (req, res) => {
    const { query } = readInput(req, { query: listQuery });
    const { data, next } = await deps.list(query);
    res.json({ data: await presentAll(data), next });
  });

  router.post('/connections', async (req, res) => {
    const { body } = readInput(req, { body: newConnection });
    const connection = await service.create(body);
    await note(res, 'created', connection.id, { vendor: connection.vendor });
    res
      .status(201)
      .location(`/api/v1/connections/${connection.id}`)
      .json(await present(connection));
  });

  router.get('/connections/:id', async (req, res) => {
    res.json(await present(await service.get(idOf(req))));
  });

  router.patch('/connections/:id', async (req, res) => {
    const { params, body } = readInput(req, { params: connectionId, body: connectionPatch });
    const connection = await service.change(params.id, body);
    await note(res, 'changed', connection.id, { fields: Object.keys(body).join(', ') });
    res.json(await present(connection));
  });

  for (const action of ['pause', 'resume', 'disable'] as const) {
    router.post(`/connections/:id/${action}`, async (req, res) => {
      const connection = await service[action](idOf(req));
      await note(res, action, connection.id);
      res.json(await present(connection));
    });
  }

  router.post('/connections/:id/reconnect', async (req, res) => {
    const { params, body } = readInput(req, { params: connectionId, body: reconnectInput });
    const connection = await service.reconnect(params.id, body.lever);
    await note(res, 'reconnect', connection.id);
    res.json(await present(connection));
  });

  router.post('/connections/:id/test', async (req, res) => {
    const { ok, checks, connection } = await service.test(idOf(req));
    await note(res, 'tested', connection.id, { ok });
    res.json({ ok, checks, connection: await present(connection) });
  });

  router.all('/connections', methodNotAllowed('GET', 'POST'));
  router.all('/connections/:id', methodNotAllowed('GET', 'PATCH'));
  router.all('/connections/:id/:action', methodNotAllowed('POST'));
  return router;
}
