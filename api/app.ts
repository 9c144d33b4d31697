import express, { type Express, type RequestHandler, Router } from 'express';
import type { Logger } from '../platform/log';
import type { AuditWriter } from './audit';
import type { Limits } from './limits';
import { bearer, metricsBearer } from './middleware/bearer';
import { browserHeaders } from './middleware/browser-headers';
import { rememberClient, warnOfUnknownProxy } from './middleware/client-address';
import { permitted } from './middleware/permission';
import { notFound, problemHandler } from './middleware/problem';
import { addressLimit, failedProofs, operatorLimit } from './middleware/rate-limit';
import { createRecorder, recording } from './middleware/recording';
import { requestId } from './middleware/request-id';
import { mounted, requestLog, timed } from './middleware/request-log';
import { assessmentRoutes, type AssessmentRoutesDeps } from './routes/assessments';
import { auditRoutes, type AuditRoutesDeps } from './routes/audit';
import { type CallbackDeps, vendorCallbacks } from './routes/callbacks';
import { type CodecDeps, codecRoutes } from './routes/codec';
import { connectPages, type ConnectPagesDeps } from './routes/connect';
import { connectLinkRoutes, type ConnectLinkRoutesDeps } from './routes/connect-links';
import { connectionRoutes, type ConnectionRoutesDeps } from './routes/connections';
import { deliveryRoutes, type DeliveryRoutesDeps } from './routes/deliveries';
import { type HealthDeps, healthRoutes } from './routes/health';
import { heldRoutes, type HeldRoutesDeps } from './routes/held';
import { type LeverWebhookDeps, leverWebhooks } from './routes/lever-webhooks';
import { type OpenApiDeps, openApiRoutes } from './routes/openapi';
import { peopleRoutes, type PeopleRoutesDeps } from './routes/people';
import { pushedCatalogues, type PushedCataloguesDeps } from './routes/pushed-catalogues';
import { sweepRoutes, type SweepRoutesDeps } from './routes/sweep';
import { tokenRoutes, type TokenRoutesDeps } from './routes/tokens';
import type { TokenLookup } from './tokens/lookup';

/** Settings and mappings of a connection are text; nothing larger belongs into this API. */
const apiBodyLimit = '256kb';

/** Everything that the app answers with; composed in `deps.ts`. */
export interface AppDeps {
  log: Logger;
  /** Who bears which token. */
  find: TokenLookup;
  audit: AuditWriter;
  /** Opens the metrics and nothing else; null: only tokens that read everything do. */
  metricsToken: string | null;
  limits: Limits;
  /** Whose word counts for where a request comes from: so many proxies in front, or those of these networks; 0: nobody's. */
  trustProxy: number | string[];
  /** Told of every answer to Lever and the vendors. */
  answered: (source: 'lever' | 'vendor', status: number, seconds: number) => void;
  health: Omit<HealthDeps, 'metricsReader'>;
  openApi: Omit<OpenApiDeps, 'limit'>;
  webhooks: LeverWebhookDeps;
  callbacks: CallbackDeps;
  pushedCatalogues: Omit<PushedCataloguesDeps, keyof CallbackDeps>;
  codec: Omit<CodecDeps, 'authenticate' | 'failed' | 'requestsPerMinute'>;
  connect: Omit<ConnectPagesDeps, 'requestsPerMinute'>;
  connectLinks: ConnectLinkRoutesDeps;
  connections: ConnectionRoutesDeps;
  assessments: AssessmentRoutesDeps;
  deliveries: DeliveryRoutesDeps;
  held: HeldRoutesDeps;
  people: PeopleRoutesDeps;
  sweep: SweepRoutesDeps;
  tokens: TokenRoutesDeps;
  auditLines: AuditRoutesDeps;
}

/** The whole HTTP surface (decision 0022), without a listening socket. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  // A tag of every answer would only cost time: nothing here is cached.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', deps.trustProxy);
  app.use(requestId, requestLog(deps.log), browserHeaders, rememberClient);
  app.use(recording(createRecorder(deps.audit, deps.log)));
  app.use(warnOfUnknownProxy(deps.log, deps.trustProxy !== 0));

  const failed = failedProofs(deps.limits.failedProofsPerMinute);
  const authenticate = bearer(deps.find, failed);
  const metricsReader = Router().use(
    metricsBearer(deps, failed),
    permitted({ right: 'read', reach: 'everything' }),
  );
  app.use(healthRoutes({ ...deps.health, metricsReader }));
  // Ahead of every body parser: signatures are taken over bytes.
  app.use(
    '/webhooks/lever',
    timed((status, seconds) => deps.answered('lever', status, seconds)),
  );
  app.use(
    '/callbacks',
    timed((status, seconds) => deps.answered('vendor', status, seconds)),
  );
  app.use(leverWebhooks(deps.webhooks));
  // Ahead of the callbacks, which take whatever stands behind their key.
  app.use(pushedCatalogues({ ...deps.callbacks, ...deps.pushedCatalogues }));
  app.use(vendorCallbacks(deps.callbacks));
  const { requestsPerMinute } = deps.limits;
  app.use(codecRoutes({ ...deps.codec, authenticate, failed, requestsPerMinute }));
  app.use('/connect', mounted, connectPages({ ...deps.connect, requestsPerMinute }));
  app.use('/api/v1', mounted, apiV1(deps, authenticate));

  app.use(notFound);
  app.use(problemHandler(deps.log));
  return app;
}

function apiV1(deps: AppDeps, authenticate: RequestHandler): Router {
  const router = Router();
  router.use(openApiRoutes({ ...deps.openApi, limit: addressLimit(deps.limits.requestsPerMinute) }));
  router.use(authenticate, operatorLimit(deps.limits.requestsPerMinute));
  router.use(express.json({ limit: apiBodyLimit }));
  // Ahead of the connections, whose last route answers for every unknown action.
  router.use(connectLinkRoutes(deps.connectLinks));
  router.use(connectionRoutes(deps.connections));
  router.use(assessmentRoutes(deps.assessments));
  router.use(deliveryRoutes(deps.deliveries));
  router.use(heldRoutes(deps.held));
  router.use(peopleRoutes(deps.people));
  router.use(sweepRoutes(deps.sweep));
  router.use(tokenRoutes(deps.tokens));
  router.use(auditRoutes(deps.auditLines));
  return router;
}
