import { type RequestHandler, Router } from 'express';
import { methodNotAllowed } from '../middleware/problem';
import { apiDocument } from '../openapi/document';
import { standardContractDocument } from '../openapi/standard-contract';

export interface OpenApiDeps {
  /** Without a slash at the end. */
  publicUrl: string;
  /** Bounds what one address may ask. */
  limit: RequestHandler;
}

/** The documents of `/api/v1`: what a program needs to know before it has a token, so none is asked for. */
export function openApiRoutes({ publicUrl, limit }: OpenApiDeps): Router {
  const router = Router();
  // As text, made once: they are large, and anybody may ask for them as often as they like.
  const documents = {
    '/openapi.json': JSON.stringify(apiDocument(publicUrl)),
    '/standard/openapi.json': JSON.stringify(standardContractDocument(publicUrl)),
  };
  for (const [path, text] of Object.entries(documents)) {
    router.get(path, limit, (_req, res) => {
      res.type('json').send(text);
    });
    router.all(path, methodNotAllowed('GET'));
  }
  return router;
}
