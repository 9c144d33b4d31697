import { Router } from 'express';
import { methodNotAllowed } from '../middleware/problem';
import { apiDocument } from '../openapi/document';
import { standardContractDocument } from '../openapi/standard-contract';

export interface OpenApiDeps {
  /** Without a slash at the end. */
  publicUrl: string;
}

/** The documents of `/api/v1`: what a program needs to know before it has a token, so none is asked for. */
export function openApiRoutes({ publicUrl }: OpenApiDeps): Router {
  const router = Router();
  const documents = {
    '/openapi.json': apiDocument(publicUrl),
    '/standard/openapi.json': standardContractDocument(publicUrl),
  };
  for (const [path, document] of Object.entries(documents)) {
    router.get(path, (_req, res) => {
      res.json(document);
    });
    router.all(path, methodNotAllowed('GET'));
  }
  return router;
}
