import type { RequestHandler } from 'express';
import { shortenedAddress } from '../../platform/http/shortened-address';
import type { Logger } from '../../platform/log';
import { clientAddress } from './client-address';
import { requestIdOf } from './request-id';

/**
 * One line per answer. The route's template stands in for the address, because the keys in webhook and callback
 * addresses open doors.
 */
export const requestLog =
  (log: Logger): RequestHandler =>
  (req, res, next) => {
    const secondsSince = stopwatch();
    // Now: a connection that is closed has no address any more.
    const client = shortenedAddress(clientAddress(req));
    res.on('finish', () => {
      const route = (req.route as { path?: unknown } | undefined)?.path;
      log.info(
        {
          requestId: requestIdOf(res),
          method: req.method,
          route: typeof route === 'string' ? `${String(res.locals['mountedAt'] ?? '')}${route}` : null,
          status: res.statusCode,
          client,
          ms: Math.round(secondsSince() * 1_000),
        },
        'answered',
      );
    });
    next();
  };

/** In front of routes with a root in common: Express forgets it for what ends in the handler of faults. */
export const mounted: RequestHandler = (req, res, next) => {
  res.locals['mountedAt'] = req.baseUrl;
  next();
};

/** Tells how long each answer took. */
export const timed =
  (tell: (status: number, seconds: number) => void): RequestHandler =>
  (_req, res, next) => {
    const secondsSince = stopwatch();
    res.on('finish', () => tell(res.statusCode, secondsSince()));
    next();
  };

function stopwatch(): () => number {
  const began = process.hrtime.bigint();
  return () => Number(process.hrtime.bigint() - began) / 1e9;
}
