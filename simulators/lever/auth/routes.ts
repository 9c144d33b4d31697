import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import { z } from 'zod';
import type { OAuthApp } from '../options';
import { consentPage, messagePage } from '../pages/consent';
import { sendPage } from '../pages/html';
import type { LeverState } from '../state';
import { OAuthError, type OAuthServer } from './oauth-server';
import { describeScope } from './scopes';

interface ConsentRequest {
  app: OAuthApp;
  redirectUri: string;
  state: string;
  scope: string[];
}

const authorizeQuery = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  response_type: z.literal('code'),
  state: z.string().min(1),
  audience: z.string(),
  scope: z.string(),
});

const decision = z.object({ request: z.string(), user: z.string(), decision: z.enum(['accept', 'deny']) });

const tokenBody = z.discriminatedUnion('grant_type', [
  z.object({
    grant_type: z.literal('authorization_code'),
    client_id: z.string(),
    client_secret: z.string(),
    code: z.string(),
    redirect_uri: z.string(),
  }),
  z.object({
    grant_type: z.literal('refresh_token'),
    client_id: z.string(),
    client_secret: z.string(),
    refresh_token: z.string(),
  }),
]);

/** Audiences Lever knows besides this simulator's own; each needs its trailing slash. */
const PUBLIC_AUDIENCES = ['https://api.lever.co/v1/', 'https://api.sandbox.lever.co/v1/'];

/** `GET·POST /authorize` (a page for a person) and `POST /oauth/token`. */
export function oauthRoutes(state: LeverState, oauth: OAuthServer): Router {
  const router = Router();
  const waiting = new Map<string, ConsentRequest>();

  router.get('/authorize', (req, res) => {
    const parsed = authorizeQuery.safeParse(req.query);
    const app =
      typeof req.query['client_id'] === 'string' ? oauth.apps.get(req.query['client_id']) : undefined;
    if (!app)
      return sendPage(res, 400, messagePage('Unknown app', 'No app with this client_id is registered.'));
    if (!parsed.success) {
      const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
      return sendPage(res, 400, messagePage('Incomplete request', `Missing or wrong: ${fields}.`));
    }
    const query = parsed.data;
    if (!redirectAllowed(app, query.redirect_uri)) {
      return sendPage(
        res,
        400,
        messagePage('Wrong redirect_uri', 'It must equal an address registered for the app.'),
      );
    }
    const asked = query.scope.split(' ').filter((scope) => describeScope(scope) !== undefined);
    // Without a right audience the real consent page offers nothing but offline_access.
    const audiences = [`${state.root}/v1/`, ...PUBLIC_AUDIENCES];
    const scope = audiences.includes(query.audience)
      ? asked
      : asked.filter((one) => one === 'offline_access');
    const id = randomUUID();
    waiting.set(id, { app, redirectUri: query.redirect_uri, state: query.state, scope });
    sendPage(res, 200, consentPage({ id, app, scope, users: [...state.users.values()] }));
  });

  router.post('/authorize', (req, res) => {
    const answer = decision.safeParse(req.body);
    const request = answer.success ? waiting.get(answer.data.request) : undefined;
    if (!answer.success || !request) {
      return sendPage(
        res,
        400,
        messagePage('Request expired', 'Start again from the app that asked for access.'),
      );
    }
    const target = new URL(request.redirectUri);
    target.searchParams.set('state', request.state);
    if (answer.data.decision === 'deny') {
      waiting.delete(answer.data.request);
      target.searchParams.set('error', 'access_denied');
      target.searchParams.set('error_description', 'User did not authorize the request');
      return res.redirect(302, target.toString());
    }
    const user = state.users.get(answer.data.user);
    if (user?.accessRole !== 'super admin') {
      return sendPage(res, 403, messagePage('Not allowed', 'Only a Super Admin can grant an app access.'));
    }
    waiting.delete(answer.data.request);
    target.searchParams.set(
      'code',
      oauth.issueCode(request.app, user.id, request.scope, request.redirectUri),
    );
    res.redirect(302, target.toString());
  });

  router.post('/oauth/token', (req, res) => {
    const parsed = tokenBody.safeParse(req.body);
    if (!parsed.success) {
      const known = ['authorization_code', 'refresh_token'].includes(
        String((req.body as Fields)?.['grant_type']),
      );
      const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
      if (!known) throw new OAuthError(403, 'unsupported_grant_type', 'Unsupported grant type');
      throw new OAuthError(400, 'invalid_request', `Missing required parameter: ${fields}`);
    }
    const body = parsed.data;
    const app = oauth.apps.get(body.client_id);
    if (!app || app.clientSecret !== body.client_secret)
      throw new OAuthError(401, 'access_denied', 'Unauthorized');
    const answer =
      body.grant_type === 'refresh_token'
        ? oauth.refresh(app, body.refresh_token)
        : oauth.exchangeCode(app, body.code, body.redirect_uri);
    res.set('Cache-Control', 'no-store').json(answer);
  });

  return router;
}

type Fields = Record<string, unknown> | undefined;

function redirectAllowed(app: OAuthApp, uri: string): boolean {
  if (app.redirectUris !== 'loopback') return app.redirectUris.includes(uri);
  return URL.canParse(uri) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(uri).hostname);
}
