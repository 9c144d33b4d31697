import express, { type Request, type RequestHandler } from 'express';

/**
 * The body as it came (style: signatures are taken over bytes). Compressed bodies are refused: a bomb must not be
 * unpacked before its sender is known.
 */
export const rawBody = (limitBytes: number): RequestHandler =>
  express.raw({ type: () => true, limit: limitBytes, inflate: false });

/** Empty where the request had none: Express leaves `req.body` undefined then. */
export const bytesOf = (req: Request): Buffer => (Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0));
