import type { RequestHandler, Response } from 'express';
import { FulcrumError } from '../../domain/errors';
import { safeEqual } from '../../platform/crypto/hmac';

/** Who speaks to the API, for audit and timeline. */
export interface Principal {
  actor: string;
}

const scheme = /^Bearer +(\S+) *$/i;

/** Lets only the operator's token pass; null: no token is configured, so nobody can. */
export const bearer =
  (operatorToken: string | null): RequestHandler =>
  (req, res, next) => {
    const header = req.get('authorization');
    if (header === undefined) {
      throw new FulcrumError('auth.missing', 'Send the header "Authorization: Bearer <operator token>".');
    }
    const token = scheme.exec(header)?.[1];
    if (token === undefined || operatorToken === null || !safeEqual(token, operatorToken)) {
      res.setHeader('WWW-Authenticate', 'Bearer realm="fulcrum", error="invalid_token"');
      throw new FulcrumError(
        'auth.missing',
        'The bearer token is not known here. Use the value of FULCRUM_OPERATOR_TOKEN.',
      );
    }
    res.locals['principal'] = { actor: 'operator' } satisfies Principal;
    next();
  };

export const principalOf = (res: Response): Principal => res.locals['principal'] as Principal;
