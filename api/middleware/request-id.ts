import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const header = 'X-Request-Id';
const acceptable = /^[\w.-]{1,64}$/;

/** Gives every request a name that its answer and its log lines carry; a caller may bring its own. */
export const requestId: RequestHandler = (req, res, next) => {
  const given = req.get(header);
  res.setHeader(header, given !== undefined && acceptable.test(given) ? given : randomUUID());
  next();
};

export const requestIdOf = (res: Response): string => String(res.getHeader(header) ?? '');
