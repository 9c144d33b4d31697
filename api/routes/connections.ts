import { type Response, Router } from 'express';
import type { Page } from '../../db/paging';
import type { Connection } from '../../domain/connection';
import type { GrantLife } from '../../domain/grant-life';
import type { AuditWriter } from '../audit';
import { graceMs } from '../connections/input';
import { type Addresses, presentConnection, type PresentedConnection } from '../connections/present';
import type { ConnectionService } from '../connections/service';
import { principalOf } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
import { type QueryOf, serve } from '../openapi/operation';
import {
  changeConnection,
  connectionActions,
  createConnection,
  disableConnection,
  getConnection,
  listConnections,
  reconnectConnection,
  renewConnectionAddresses,
  testConnection,
} from '../openapi/operations/connections';

export interface ConnectionRoutesDeps extends Addresses {
  service: ConnectionService;
  renewAddresses: (id: string, graceMs: number) => Promise<Connection>;
  list: (filter: QueryOf<typeof listConnections>) => Promise<Page<Connection>>;
  grantLives: (connectionIds: readonly string[]) => Promise<Map<string, GrantLife>>;
  audit: AuditWriter;
}

/** `/connections` of `/api/v1` (decision 0022). */
export function connectionRoutes(deps: ConnectionRoutesDeps): Router {
  const { service } = deps;
  const router = Router();
  const presentAll = async (connections: readonly Connection[]): Promise<PresentedConnection[]> => {
    const lives = await deps.grantLives(connections.map(({ id }) => id));
    return connections.map((each) => presentConnection(deps, each, lives.get(each.id) ?? null));
  };
  const present = async (connection: Connection): Promise<PresentedConnection> => {
    const lives = await deps.grantLives([connection.id]);
    return presentConnection(deps, connection, lives.get(connection.id) ?? null);
  };
  const note = (res: Response, action: string, id: string, detail: Record<string, unknown> = {}) =>
    deps.audit({ actor: principalOf(res).actor, action: `connection.${action}`, target: id, detail });

  serve(router, listConnections, async ({ query }) => {
    const { data, next } = await deps.list(query);
    return { data: await presentAll(data), next };
  });

  serve(router, createConnection, async ({ body }, res) => {
    const connection = await service.create(body);
    await note(res, 'created', connection.id, { vendor: connection.vendor });
    res.location(`/api/v1/connections/${connection.id}`);
    return present(connection);
  });

  serve(router, getConnection, async ({ params }) => present(await service.get(params.id)));

  serve(router, changeConnection, async ({ params, body }, res) => {
    const connection = await service.change(params.id, body);
    await note(res, 'changed', connection.id, { fields: Object.keys(body).join(', ') });
    return present(connection);
  });

  for (const action of ['pause', 'resume'] as const) {
    serve(router, connectionActions[action], async ({ params }, res) => {
      const connection = await service[action](params.id);
      await note(res, action, connection.id);
      return present(connection);
    });
  }

  serve(router, disableConnection, async ({ params, body }, res) => {
    const connection = await service.disable(params.id, body.openRuns);
    await note(res, 'disable', connection.id, body);
    return present(connection);
  });

  serve(router, renewConnectionAddresses, async ({ params, body }, res) => {
    const connection = await deps.renewAddresses(params.id, graceMs(body));
    await note(res, 'addresses_renewed', connection.id, body);
    return present(connection);
  });

  serve(router, reconnectConnection, async ({ params, body }, res) => {
    const connection = await service.reconnect(params.id, body.lever);
    await note(res, 'reconnect', connection.id);
    return present(connection);
  });

  serve(router, testConnection, async ({ params }, res) => {
    const { ok, checks, connection } = await service.test(params.id);
    await note(res, 'tested', connection.id, { ok });
    return { ok, checks, connection: await present(connection) };
  });

  router.all('/connections', methodNotAllowed('GET', 'POST'));
  router.all('/connections/:id', methodNotAllowed('GET', 'PATCH'));
  router.all('/connections/:id/:action', methodNotAllowed('POST'));
  return router;
}
