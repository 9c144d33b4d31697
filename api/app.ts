import express, { Router, type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from '../platform/log';
import { apiRateLimit } from './middleware/rate-limit';
import { bearer } from './middleware/bearer';
import { notFound, problemHandler } from './middleware/problem';
import { requestId } from './middleware/request-id';
import { requestLog, timed } from './middleware/request-log';
import { assessmentRoutes, type AssessmentRoutesDeps } from './routes/assessments';
import { vendorCallbacks, type CallbackDeps } from './routes/callbacks';
import { pushedCatalogues, type PushedCataloguesDeps } from './routes/pushed-catalogues';
import { codecRoutes, type CodecDeps } from './routes/codec';
import { connectPages, type ConnectPagesDeps } from './routes/connect';
import { connectLinkRoutes, type ConnectLinkRoutesDeps } from './routes/connect-links';
import { connectionRoutes, type ConnectionRoutesDeps } from './routes/connections';
import { deliveryRoutes, type DeliveryRoutesDeps } from './routes/deliveries';
import { heldRoutes, type HeldRoutesDeps } from './routes/held';
import { healthRoutes, type HealthDeps } from './routes/health';
import { leverWebhooks, type LeverWebhookDeps } from './routes/lever-webhooks';
import { openApiRoutes, type OpenApiDeps } from './routes/openapi';
import { sweepRoutes, type SweepRoutesDeps } from './routes/sweep';

/** Settings and mappings of a connection are text; nothing larger belongs into this API. */
const apiBodyLimit = '256kb';

/** Everything that the app answers with; composed in `deps.ts`. */
export interface AppDeps {
  log: Logger;
  /** Null: nobody can use the API. */
  operatorToken: string | null;
  requestsPerMinute: number;
  /** Told of every answer to Lever and the vendors. */
  answered: (source: 'lever' | 'vendor', status: number, seconds: number) => void;
  health: HealthDeps;
  openApi: OpenApiDeps;
  webhooks: LeverWebhookDeps;
  callbacks: CallbackDeps;
  pushedCatalogues: Omit<PushedCataloguesDeps, keyof CallbackDeps>;
  codec: Omit<CodecDeps, 'authenticate'>;
  connect: Omit<ConnectPagesDeps, 'requestsPerMinute'>;
  connectLinks: ConnectLinkRoutesDeps;
  connections: ConnectionRoutesDeps;
  assessments: AssessmentRoutesDeps;
  deliveries: DeliveryRoutesDeps;
  held: HeldRoutesDeps;
  sweep: SweepRoutesDeps;
}

/** The whole HTTP surface (design 8), without a listening socket. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  // A tag of every answer would only cost time: nothing here is cached.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(requestId, requestLog(deps.log));

  const authenticate = bearer(deps.operatorToken);
  app.use(healthRoutes(deps.health));
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
  app.use(helmet());
  app.use(codecRoutes({ ...deps.codec, authenticate }));
  app.use('/connect', connectPages({ ...deps.connect, requestsPerMinute: deps.requestsPerMinute }));
  app.use('/api/v1', apiV1(deps));

  app.use(notFound);
  app.use(problemHandler(deps.log));
  return app;
}

function apiV1(deps: AppDeps): Router {
  const router = Router();
  router.use(apiRateLimit(deps.requestsPerMinute));
  router.use(openApiRoutes(deps.openApi));
  router.use(bearer(deps.operatorToken));
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
  router.use(sweepRoutes(deps.sweep));
  return router;
}
