import { randomUUID } from 'node:crypto';
import { type Response, Router } from 'express';
import { z } from 'zod';
import type { OAuthApp } from '../options';
import { consentPage, messagePage } from '../pages/consent';
import { sendPage } from '../pages/html';
import { isSuperAdmin, viewerOf } from '../pages/viewer';
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
  prompt: z.string().optional(),
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

  const accepted = (request: ConsentRequest, userId: string): string => {
    const { app, scope, redirectUri } = request;
    return backTo(request, { code: oauth.issueCode(app, userId, scope, redirectUri) });
  };

  router.get('/authorize', (req, res) => {
    const parsed = authorizeQuery.safeParse(req.query);
    const app =
      typeof req.query['client_id'] === 'string' ? oauth.apps.get(req.query['client_id']) : undefined;
    if (!app) return refuse(res, 'Unknown app', 'No app with this client_id is registered.');
    if (!parsed.success) {
      const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
      return refuse(res, 'Incomplete request', `Missing or wrong: ${fields}.`);
    }
    const query = parsed.data;
    if (!redirectAllowed(app, query.redirect_uri)) {
      return refuse(res, 'Wrong redirect_uri', 'It must equal an address registered for the app.');
    }
    const scope = offeredScopes(state, query.audience, query.scope.split(' '));
    const request = { app, redirectUri: query.redirect_uri, state: query.state, scope };
    const standing =
      state.behaviour.consent === 'when-needed' && query.prompt !== 'consent'
        ? oauth.standingGrant(app, scope)
        : undefined;
    if (standing) return res.redirect(302, accepted(request, standing.userId));
    const id = randomUUID();
    waiting.set(id, request);
    const users = [...state.users.values()].filter((user) => user.deactivatedAt === null);
    sendPage(res, 200, consentPage({ id, app, scope, users, viewer: viewerOf(req, state) }));
  });

  router.post('/authorize', (req, res) => {
    const answer = decision.safeParse(req.body);
    const request = answer.success ? waiting.get(answer.data.request) : undefined;
    if (!answer.success || !request) {
      return refuse(res, 'Request expired', 'Start again from the app that asked for access.');
    }
    if (answer.data.decision === 'deny') {
      waiting.delete(answer.data.request);
      const refusal = { error: 'access_denied', error_description: 'User did not authorize the request' };
      return res.redirect(302, backTo(request, refusal));
    }
    const user = state.users.get(answer.data.user);
    if (!user || !isSuperAdmin(user)) {
      return refuse(res, 'Not allowed', 'Only a Super Admin can grant an app access.', 403);
    }
    waiting.delete(answer.data.request);
    res.redirect(302, accepted(request, user.id));
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

const refuse = (res: Response, title: string, message: string, status = 400): void =>
  sendPage(res, status, messagePage(title, message));

/** Known scopes of those asked for; without a right audience the real page offers nothing but `offline_access`. */
function offeredScopes(state: LeverState, audience: string, asked: string[]): string[] {
  const known = asked.filter((scope) => describeScope(scope) !== undefined);
  const audiences = [`${state.root}/v1/`, ...PUBLIC_AUDIENCES];
  return audiences.includes(audience) ? known : known.filter((scope) => scope === 'offline_access');
}

function backTo(request: ConsentRequest, outcome: Record<string, string>): string {
  const target = new URL(request.redirectUri);
  const answer = { state: request.state, ...outcome };
  for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
  return target.toString();
}

function redirectAllowed(app: OAuthApp, uri: string): boolean {
  if (app.redirectUris !== 'loopback') return app.redirectUris.includes(uri);
  return URL.canParse(uri) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(uri).hostname);
}
