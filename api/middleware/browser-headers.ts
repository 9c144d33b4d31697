import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Answers may tell of candidates or hold what was sealed: no browser and no proxy on the way keeps one. */
const uncached: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store');
  next();
};

/** What neither an answer nor a page may ever do. */
export const forbidden = {
  defaultSrc: ["'none'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/**
 * Headers of every answer, refusals included. Outside of `/connect` nothing is a page: whoever leads a browser to an answer
 * gets a document that loads, runs, frames and sends nothing. The pages have headers of their own.
 */
export const browserHeaders: RequestHandler[] = [
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        ...forbidden,
        formAction: ["'none'"],
        sandbox: [],
      },
    },
    xFrameOptions: { action: 'deny' },
  }),
  uncached,
];
