import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { FulcrumError } from '../../domain/errors';

const windowMs = 60_000;

/** Bounds what one address may ask of the API; generous, because programs page through lists. */
export const apiRateLimit = (requestsPerMinute: number): RequestHandler =>
  rateLimit({
    windowMs,
    limit: requestsPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? req.socket.remoteAddress ?? ''),
    // Behind a proxy all callers share one bucket: safe, and only a slower API for the careless.
    validate: { xForwardedForHeader: false },
    handler: (_req, _res, next) => {
      next(
        new FulcrumError(
          'rate.exceeded',
          `More than ${requestsPerMinute} requests in a minute: wait for the time in Retry-After.`,
        ),
      );
    },
  });
