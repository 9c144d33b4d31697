import express, { type Express, type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import type { Logger } from '../platform/log';
import type { Limits } from './limits';
import { bearer, metricsBearer } from './middleware/bearer';
import { rememberClient, warnOfUnknownProxy } from './middleware/client-address';
import { notFound, problemHandler } from './middleware/problem';
import { addressLimit, failedProofs, operatorLimit } from './middleware/rate-limit';
import { requestId } from './middleware/request-id';
import { mounted, requestLog, timed } from './middleware/request-log';
import { assessmentRoutes, type AssessmentRoutesDeps } from './routes/assessments';
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

/** Settings and mappings of a connection are text; nothing larger belongs into this API. */
const apiBodyLimit = '256kb';

/** Everything that the app answers with; composed in `deps.ts`. */
export interface AppDeps {
  log: Logger;
  /** Null: nobody can use the API. */
  operatorToken: string | null;
  /** Opens the metrics and nothing else; null: only the operator's token does. */
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
}

/** The whole HTTP surface (decision 0022), without a listening socket. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  // A tag of every answer would only cost time: nothing here is cached.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', deps.trustProxy);
  // The headers that keep browsers from misusing an answer belong to every one of them, refusals included.
  app.use(requestId, requestLog(deps.log), helmet(), rememberClient);
  app.use(warnOfUnknownProxy(deps.log, deps.trustProxy !== 0));

  const failed = failedProofs(deps.limits.failedProofsPerMinute);
  const authenticate = bearer(deps.operatorToken, failed);
  app.use(healthRoutes({ ...deps.health, metricsReader: metricsBearer(deps, failed) }));
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
  router.use((_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  // Ahead of the connections, whose last route answers for every unknown action.
  router.use(connectLinkRoutes(deps.connectLinks));
  router.use(connectionRoutes(deps.connections));
  router.use(assessmentRoutes(deps.assessments));
  router.use(deliveryRoutes(deps.deliveries));
  router.use(heldRoutes(deps.held));
  router.use(peopleRoutes(deps.people));
  router.use(sweepRoutes(deps.sweep));
  return router;
}
