import type { RequestHandler, Response } from 'express';
import { everything } from '../../domain/access';
import { FulcrumError } from '../../domain/errors';
import { safeEqual } from '../../platform/crypto/hmac';
import type { TokenLookup } from '../tokens/lookup';
import { operator, remember } from './principal';
import type { FailedProof } from './rate-limit';
import { recorderOf } from './recording';

const scheme = /^Bearer +(\S+) *$/i;

const tokens =
  'the value of FULCRUM_OPERATOR_TOKEN, or a token made with POST /api/v1/tokens that has neither expired nor been revoked';

/** Who bears a token that opens something here passes. */
const bearerOf =
  (find: TokenLookup, words: string, failed: FailedProof): RequestHandler =>
  async (req, res, next) => {
    const header = req.get('authorization');
    if (header === undefined) {
      const missing = `Send the header "Authorization: Bearer <token>", with ${words}.`;
      return failed(new FulcrumError('auth.missing', missing), req, res, next);
    }
    const text = scheme.exec(header)?.[1];
    const found = text === undefined ? ({ is: 'unknown' } as const) : await find(text);
    if (found.is === 'known') {
      remember(res, found.principal);
      return next();
    }
    if (found.is === 'spent') await recorderOf(res).spentToken(found.token);
    // One answer for all of them: it tells nobody whether a token was ever one.
    return refuse(res, (fault) => failed(fault, req, res, next), words);
  };

function refuse(res: Response, failed: (fault: FulcrumError) => void, words: string): void {
  res.setHeader('WWW-Authenticate', 'Bearer realm="fulcrum", error="invalid_token"');
  failed(new FulcrumError('auth.missing', `The bearer token is not known here. Use ${words}.`));
}

/** Lets the operator's token and stored tokens pass; what they may do is said by each operation. */
export const bearer = (find: TokenLookup, failed: FailedProof): RequestHandler =>
  bearerOf(find, tokens, failed);

/** Who reads metrics: by a token that opens nothing else, or by one that reads everything. */
export const metricsBearer = (
  { metricsToken, find }: { metricsToken: string | null; find: TokenLookup },
  failed: FailedProof,
): RequestHandler =>
  bearerOf(
    async (text) => {
      if (metricsToken !== null && safeEqual(text, metricsToken)) {
        return {
          is: 'known',
          principal: { ...operator, actor: 'metrics', reach: everything, rights: ['read'] },
        };
      }
      return find(text);
    },
    `the value of METRICS_TOKEN, or ${tokens}`,
    failed,
  );
