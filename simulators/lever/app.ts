import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { AdminParts, LeverAdmin } from './admin';
import { credentialOf } from './auth/credentials';
import { OAuthError } from './auth/oauth-server';
import { oauthRoutes } from './auth/routes';
import { controlRoutes } from './control';
import { codeFor, forbidden, LeverError, unauthorized } from './errors';
import { type Behaviour, DEFAULT_BEHAVIOUR } from './options';
import { messagePage } from './pages/consent';
import { sendPage } from './pages/html';
import { pageRoutes } from './pages/routes';
import { RateBuckets } from './rate';
import { accountRoutes } from './routes/account';
import { applyRoutes, uploadRoutes } from './routes/apply';
import { feedbackRoutes, feedbackTemplateRoutes } from './routes/feedback';
import { fileRoutes } from './routes/files';
import { limitUploadTime, stopAnswered, UPLOAD_LIMIT } from './routes/multipart';
import { noteRoutes } from './routes/notes';
import { applicationRoutes, opportunityRoutes } from './routes/opportunities';
import { postingRoutes } from './routes/postings';
import { webhookRoutes } from './routes/webhooks';

/** The whole HTTP surface: `/v1`, OAuth, `/_control` and the pages. */
export function createLeverApp(parts: AdminParts, admin: LeverAdmin): Express {
  const { state, recruiting, webhooks, oauth, credentials, faults, log } = parts;
  const app = express().disable('x-powered-by').disable('etag');
  const json = express.json({ limit: '10mb' });
  const form = express.urlencoded({ extended: false });

  const opportunities = [
    noteRoutes(state),
    fileRoutes(state),
    feedbackRoutes(state),
    applicationRoutes(state),
    opportunityRoutes(state, recruiting),
  ];
  const api = express.Router();
  api.use(
    log.middleware,
    json,
    limitUploadTime(state.behaviour),
    express.raw({ type: 'multipart/form-data', limit: UPLOAD_LIMIT }),
    stopAnswered,
    log.recordBody,
  );
  api.use(
    faults.middleware,
    leverHeaders,
    credentials.middleware,
    playOutage(state.behaviour),
    requirePlan(state.behaviour),
    limitRate(new RateBuckets(state.behaviour), parts),
  );
  // `/candidates` is the deprecated twin that still answers.
  api.use(['/opportunities', '/candidates'], ...opportunities);
  api.use('/postings', applyRoutes(state, recruiting), postingRoutes(state, recruiting));
  api.use('/uploads', uploadRoutes(state));
  api.use('/feedback_templates', feedbackTemplateRoutes(state));
  api.use('/webhooks', webhookRoutes(state));
  api.use(accountRoutes(state, recruiting));
  api.use((req) => {
    throw new LeverError(404, 'ResourceNotFound', `${req.method} ${req.path} was not found`);
  });
  api.use(apiError(state.behaviour));
  app.use('/v1', api);

  app.use(['/oauth', '/authorize'], log.middleware, json, form, log.recordBody, faults.middleware);
  app.use(oauthRoutes(state, oauth), oauthError(state.behaviour));
  app.use('/_control', json, controlRoutes(admin), apiError(DEFAULT_BEHAVIOUR));
  app.use(form, pageRoutes({ state, recruiting, webhooks, oauth }), pageError);
  return app;
}

const leverHeaders: RequestHandler = (_req, res, next) => {
  res.set({ 'x-lever-region': 'global', server: 'lever-data-api' });
  next();
};

const playOutage =
  (behaviour: Behaviour): RequestHandler =>
  (_req, _res, next) => {
    if (behaviour.outage === 'unauthorized') throw unauthorized('The access token could not be verified');
    next();
  };

const requirePlan =
  (behaviour: Behaviour): RequestHandler =>
  (_req, _res, next) => {
    if (behaviour.plan === 'other') throw forbidden("The account's plan does not include the API");
    next();
  };

function limitRate(buckets: RateBuckets, { state }: AdminParts): RequestHandler {
  return (_req, res, next) => {
    const waitMs = buckets.take(
      state.behaviour.rateBucket === 'account' ? 'account' : credentialOf(res).bucket,
    );
    if (waitMs === 0) return next();
    if (state.behaviour.retryAfter) res.set('Retry-After', String(Math.ceil(waitMs / 1000)));
    throw new LeverError(429, 'TooManyRequests', 'Rate limit exceeded');
  };
}

/** Lever's error body; what the body parsers refuse (malformed JSON, too large) carries its own status. */
const apiError =
  (behaviour: Behaviour): ErrorRequestHandler =>
  (error: unknown, _req, res, next) => {
    if (res.headersSent) return next(error);
    const { status, code, message } = describe(error);
    if (behaviour.refusalBody === 'none' && [401, 403, 429].includes(status)) {
      return void res.status(status).end();
    }
    res.status(status).json({ code: status === 404 ? behaviour.notFoundCode : code, message });
  };

/** Auth0's error body, unless switched to Lever's own. */
const oauthError =
  (behaviour: Behaviour): ErrorRequestHandler =>
  (error: unknown, _req, res, next) => {
    if (!(error instanceof OAuthError)) return next(error);
    const { status, error: code, message } = error;
    const isAuth0 = behaviour.oauthErrorBody === 'auth0';
    res.status(status).json(isAuth0 ? { error: code, error_description: message } : { code, message });
  };

const pageError: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
  const { status, message } = describe(error);
  sendPage(res, status, messagePage(status === 404 ? 'Not found' : 'That did not work', message));
};

function describe(error: unknown): { status: number; code: string; message: string } {
  if (error instanceof LeverError) return { status: error.status, code: error.code, message: error.message };
  if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500) {
    return { status: error.status, code: codeFor(error.status), message: error.message };
  }
  return {
    status: 500,
    code: codeFor(500),
    message: error instanceof Error ? error.message : 'Internal error',
  };
}
