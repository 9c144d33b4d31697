import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { FulcrumError } from '../../domain/errors';
import { clientAddress } from './client-address';
import { principalOf } from './principal';

const minuteMs = 60_000;

/** What one address is counted under: of IPv6 the network that one customer of a provider has. */
export const addressKey = (req: Request): string => ipKeyGenerator(clientAddress(req));

interface Bound {
  windowMs: number;
  most: number;
  keyOf: (req: Request, res: Response) => string;
  /** What to do, for whoever is refused. */
  words: string;
  /** Of the answers those that count; default: all. */
  counts?: (res: Response) => boolean;
}

/** @returns a handler that passes on `rate.exceeded` beyond `most`, with Retry-After set */
const bounded = ({ windowMs, most, keyOf, words, counts }: Bound): RequestHandler =>
  rateLimit({
    windowMs,
    limit: most,
    ...(counts && {
      skipSuccessfulRequests: true,
      requestWasSuccessful: (_req: Request, res: Response) => !counts(res),
    }),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: keyOf,
    // Whether forwarded addresses are believed is said by TRUST_PROXY, and nothing is wrong where they are not.
    validate: { xForwardedForHeader: false },
    handler: (_req, _res, next) => next(new FulcrumError('rate.exceeded', words)),
  });

/** Bounds what one address may ask of what is there for everybody. */
export const addressLimit = (requestsPerMinute: number): RequestHandler =>
  bounded({
    windowMs: minuteMs,
    most: requestsPerMinute,
    keyOf: addressKey,
    words: `More than ${requestsPerMinute} requests in a minute: wait for the time in Retry-After.`,
  });

/**
 * Bounds what an operator may ask of the API from one address; generous, because programs page through lists. Behind
 * `bearer`, so that nobody else's requests count.
 */
export const operatorLimit = (requestsPerMinute: number): RequestHandler =>
  bounded({
    windowMs: minuteMs,
    most: requestsPerMinute,
    keyOf: (req, res) => `${principalOf(res).actor} ${addressKey(req)}`,
    words: `More than ${requestsPerMinute} requests in a minute: wait for the time in Retry-After.`,
  });

const triesWindowMs = 15 * minuteMs;
/** How a code that opens nothing is answered. */
export const wrongCodeStatus = 422;

/** Wrong tries only: guessing is slowed down, and a company behind one address is not. */
export const wrongTriesLimit = (tries: number): RequestHandler =>
  bounded({
    windowMs: triesWindowMs,
    most: tries,
    keyOf: addressKey,
    words: 'Too many wrong codes. Wait 15 minutes, then try again.',
    counts: (res) => res.statusCode === wrongCodeStatus,
  });

/**
 * Passes a failed proof on, as `rate.exceeded` from the address's limit on. It is asked only once a proof has failed, so
 * whoever has the right one gets in from an address that a stranger uses as well.
 */
export type FailedProof = (fault: FulcrumError, req: Request, res: Response, next: NextFunction) => void;

export function failedProofs(perMinute: number): FailedProof {
  const count = bounded({
    windowMs: minuteMs,
    most: perMinute,
    keyOf: addressKey,
    words: 'Too many requests from this address without the right token: wait for the time in Retry-After.',
  });
  return (fault, req, res, next) => {
    const told: NextFunction = (limited?: unknown) => next(limited ?? fault);
    void count(req, res, told);
  };
}
