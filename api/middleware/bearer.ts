import type { RequestHandler } from 'express';
import { FulcrumError } from '../../domain/errors';
import { safeEqual } from '../../platform/crypto/hmac';
import { remember } from './principal';
import type { FailedProof } from './rate-limit';

const scheme = /^Bearer +(\S+) *$/i;

/** Lets only who bears one of these tokens pass; none: nobody can. `setting` is where the reader finds them. */
const bearerOf =
  (tokens: readonly string[], actor: string, setting: string, failed: FailedProof): RequestHandler =>
  (req, res, next) => {
    const header = req.get('authorization');
    if (header === undefined) {
      const words = `Send the header "Authorization: Bearer <token>", with the value of ${setting}.`;
      return failed(new FulcrumError('auth.missing', words), req, res, next);
    }
    const token = scheme.exec(header)?.[1];
    if (token === undefined || !tokens.some((known) => safeEqual(token, known))) {
      res.setHeader('WWW-Authenticate', 'Bearer realm="fulcrum", error="invalid_token"');
      const words = `The bearer token is not known here. Use the value of ${setting}.`;
      return failed(new FulcrumError('auth.missing', words), req, res, next);
    }
    remember(res, { actor });
    next();
  };

/** Lets only the operator's token pass; null: no token is configured, so nobody can. */
export const bearer = (operatorToken: string | null, failed: FailedProof): RequestHandler =>
  bearerOf(operatorToken === null ? [] : [operatorToken], 'operator', 'FULCRUM_OPERATOR_TOKEN', failed);

/** Lets whoever reads metrics pass: by a token that opens nothing else, or the operator's own. */
export const metricsBearer = (
  { metricsToken, operatorToken }: { metricsToken: string | null; operatorToken: string | null },
  failed: FailedProof,
): RequestHandler =>
  bearerOf(
    [metricsToken, operatorToken].filter((token) => token !== null),
    'metrics',
    'METRICS_TOKEN, or of FULCRUM_OPERATOR_TOKEN',
    failed,
  );
