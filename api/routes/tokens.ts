import { Router } from 'express';
import type { z } from 'zod';
import type { ApiToken, Tokens } from '../../db/repositories/tokens';
import { covers, type Reach } from '../../domain/access';
import { FulcrumError } from '../../domain/errors';
import type { VendorId } from '../../domain/ids';
import { type Principal, principalOf, reachOf } from '../middleware/principal';
import { InputError, methodNotAllowed } from '../middleware/problem';
import { note } from '../middleware/recording';
import { type QueryOf, serve } from '../openapi/operation';
import { getToken, listTokens, makeToken, revokeToken } from '../openapi/operations/tokens';
import { isoTime, isoTimeOrNull } from '../times';
import type { tokenAnswer } from '../tokens/answer';
import { newTokenId, newTokenText, tokenDigest } from '../tokens/secret';

export interface TokenRoutesDeps {
  tokens: Pick<Tokens, 'insert' | 'get' | 'revoke'>;
  list: (filter: QueryOf<typeof listTokens>, reach: Reach) => ReturnType<Tokens['list']>;
  /** Null: there is no such connection. */
  vendorOf: (connectionId: string) => Promise<VendorId | null>;
}

type Body = z.output<(typeof makeToken)['input']['body']>;

/** `/tokens` of `/api/v1` (decision 0042). */
export function tokenRoutes({ tokens, list, vendorOf }: TokenRoutesDeps): Router {
  const router = Router();

  const existing = async (id: string, reach: Reach): Promise<ApiToken> => {
    const token = await tokens.get(id, reach);
    if (token) return token;
    throw new FulcrumError('not_found', `There is no token "${id}".`);
  };

  serve(router, makeToken, async ({ body }, res) => {
    const by = principalOf(res);
    const token = draftOf(body, by, Date.now());
    const { reach } = token;
    const vendor = reach.kind === 'connection' ? await vendorOf(reach.connectionId) : null;
    if (!covers(by.reach, reach, vendor)) throw unreachable(reach, by.reach);
    if (reach.kind === 'connection' && vendor === null) throw unreachable(reach, by.reach);
    const text = newTokenText();
    await tokens.insert(token, tokenDigest(text));
    const { label, rights } = token;
    note(res, { target: token.id, ...placeOf(token), more: { made: { label, reach, rights } } });
    res.location(`/api/v1/tokens/${token.id}`);
    return { ...presentToken(token), token: text };
  });

  serve(router, listTokens, async ({ query }, res) => {
    const { data, next } = await list(query, reachOf(res));
    return { data: data.map(presentToken), next };
  });

  serve(router, getToken, async ({ params }, res) => presentToken(await existing(params.id, reachOf(res))));

  serve(router, revokeToken, async ({ params }, res) => {
    const before = await existing(params.id, reachOf(res));
    note(res, placeOf(before));
    const after = await tokens.revoke(before.id);
    if (before.revokedAt === null) note(res, { changes: { revoked: { before: false, after: true } } });
    return presentToken(after ?? before);
  });

  router.all('/tokens', methodNotAllowed('GET', 'POST'));
  router.all('/tokens/:id', methodNotAllowed('GET'));
  router.all('/tokens/:id/:action', methodNotAllowed('POST'));
  return router;
}

/** @throws FulcrumError when it would open more, or for longer, than its maker's own */
function draftOf({ label, reach, rights, expiresAt: until }: Body, by: Principal, now: number): ApiToken {
  const lacking = rights.filter((right) => !by.rights.includes(right));
  if (lacking.length > 0) {
    throw new FulcrumError(
      'auth.forbidden',
      `This token does not have the ${lacking.length > 1 ? 'rights' : 'right'} ${lacking.map((right) => `"${right}"`).join(' and ')} itself, so it cannot give them to another.`,
    );
  }
  const expiresAt = until === undefined ? null : Date.parse(until);
  if (expiresAt !== null && expiresAt <= now) {
    throw new InputError('input.invalid', 'The token would have expired already: give a time to come.', [
      { path: 'body.expiresAt', message: 'must be a time to come' },
    ]);
  }
  if (by.expiresAt !== null && (expiresAt === null || expiresAt > by.expiresAt)) {
    throw new FulcrumError(
      'auth.forbidden',
      `This token expires at ${isoTime(by.expiresAt)}, so it cannot make one that is valid for longer: give an earlier "expiresAt".`,
    );
  }
  return {
    id: newTokenId(),
    label,
    reach: reach.kind === 'connection' ? { kind: 'connection', connectionId: reach.connection } : reach,
    rights,
    createdBy: by.actor,
    createdAt: now,
    expiresAt,
    lastUsedAt: null,
    revokedAt: null,
  };
}

/** A connection out of reach is answered as one that is not there. */
const unreachable = (wanted: Reach, own: Reach): FulcrumError =>
  wanted.kind === 'connection'
    ? new FulcrumError('connection.missing', `There is no connection "${wanted.connectionId}".`)
    : new FulcrumError(
        'auth.forbidden',
        `This token reaches ${own.kind === 'vendor' ? `only the vendor "${own.vendor}"` : 'only its connection'}, so it cannot make one that reaches more.`,
      );

const placeOf = ({ reach }: ApiToken) => ({
  vendor: reach.kind === 'vendor' ? reach.vendor : null,
  connectionId: reach.kind === 'connection' ? reach.connectionId : null,
});

const stateOf = ({ revokedAt, expiresAt }: ApiToken): z.output<typeof tokenAnswer>['state'] => {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= Date.now() ? 'expired' : 'valid';
};

const presentToken = (token: ApiToken): z.output<typeof tokenAnswer> => ({
  id: token.id,
  label: token.label,
  reach: { kind: token.reach.kind, ...presentPlace(token) },
  rights: [...token.rights],
  state: stateOf(token),
  createdBy: token.createdBy,
  createdAt: isoTime(token.createdAt),
  expiresAt: isoTimeOrNull(token.expiresAt),
  lastUsedAt: isoTimeOrNull(token.lastUsedAt),
  revokedAt: isoTimeOrNull(token.revokedAt),
});

const presentPlace = (token: ApiToken) => {
  const { vendor, connectionId } = placeOf(token);
  return { vendor, connection: connectionId };
};
