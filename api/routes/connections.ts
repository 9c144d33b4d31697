import { type Response, Router } from 'express';
import type { Page } from '../../db/paging';
import type { Reach } from '../../domain/access';
import { type AuditChange, type AuditChanges, changesBetween } from '../../domain/audit';
import type { Connection } from '../../domain/connection';
import type { GrantLife } from '../../domain/grant-life';
import { graceMs } from '../connections/input';
import { type Addresses, presentConnection, type PresentedConnection } from '../connections/present';
import { requireVendor, requireWithin } from '../connections/reach';
import type { ConnectionService } from '../connections/service';
import { reachOf } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
import { note } from '../middleware/recording';
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
  list: (filter: QueryOf<typeof listConnections>, reach: Reach) => Promise<Page<Connection>>;
  renewAddresses: (id: string, graceMs: number) => Promise<Connection>;
  grantLives: (connectionIds: readonly string[]) => Promise<Map<string, GrantLife>>;
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
  /** The connection as it was, within reach; the audit is told of which it is. */
  const existing = async (id: string, res: Response): Promise<Connection> => {
    const connection = await service.get(id);
    requireWithin(reachOf(res), connection);
    note(res, { target: id, vendor: connection.vendor, connectionId: id });
    return connection;
  };
  const changed = (res: Response, before: Connection, after: Connection, secrets: AuditChanges = {}) => {
    note(res, { changes: { ...changesBetween(shownOf(before), shownOf(after)), ...secrets } });
    return present(after);
  };

  serve(router, listConnections, async ({ query }, res) => {
    const { data, next } = await deps.list(query, reachOf(res));
    return { data: await presentAll(data), next };
  });

  serve(router, createConnection, async ({ body }, res) => {
    requireVendor(reachOf(res), body.vendor);
    const connection = await service.create(body);
    const { id, vendor } = connection;
    note(res, {
      target: id,
      vendor,
      connectionId: id,
      changes: changesBetween({}, { vendor, environment: connection.environment, ...shownOf(connection) }),
    });
    res.location(`/api/v1/connections/${id}`);
    return present(connection);
  });

  serve(router, getConnection, async ({ params }, res) => present(await existing(params.id, res)));

  serve(router, changeConnection, async ({ params, body }, res) => {
    const before = await existing(params.id, res);
    const after = await service.change(params.id, body);
    return changed(res, before, after, {
      ...(body.credentials && { credentials: secretChange }),
      ...(body.lever && { signatureToken: secretChange }),
    });
  });

  for (const action of ['pause', 'resume'] as const) {
    serve(router, connectionActions[action], async ({ params }, res) => {
      const before = await existing(params.id, res);
      return changed(res, before, await service[action](params.id));
    });
  }

  serve(router, disableConnection, async ({ params, body }, res) => {
    const before = await existing(params.id, res);
    const after = await service.disable(params.id, body.openRuns);
    note(res, { more: { openRuns: body.openRuns } });
    return changed(res, before, after);
  });

  serve(router, renewConnectionAddresses, async ({ params, body }, res) => {
    const before = await existing(params.id, res);
    const after = await deps.renewAddresses(params.id, graceMs(body));
    note(res, { more: body });
    return changed(res, before, after, { addresses: secretChange });
  });

  serve(router, reconnectConnection, async ({ params, body }, res) => {
    const before = await existing(params.id, res);
    const after = await service.reconnect(params.id, body);
    return changed(res, before, after, { grant: secretChange });
  });

  serve(router, testConnection, async ({ params }, res) => {
    const before = await existing(params.id, res);
    const { ok, checks, connection } = await service.test(params.id);
    note(res, { more: { ok } });
    return { ok, checks, connection: await changed(res, before, connection) };
  });

  router.all('/connections', methodNotAllowed('GET', 'POST'));
  router.all('/connections/:id', methodNotAllowed('GET', 'PATCH'));
  router.all('/connections/:id/:action', methodNotAllowed('POST'));
  return router;
}

/** Of a secret only that it has another value. */
const secretChange: AuditChange = { before: 'secret', after: 'changed' };

/** What people have changed when it differs; each setting under its own name. */
const shownOf = ({ customer, status, settings }: Connection): Record<string, unknown> => ({
  customer,
  status,
  ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`settings.${name}`, value])),
});
