import type { ErrorRequestHandler, Router } from 'express';
import express from 'express';
import { z, ZodError } from 'zod';
import { recordRoutes } from '../kit/control';
import type { SmgAdmin } from './admin';
import { accountSchema, completionSchema, positionsSchema } from './admin';
import { faultSchema } from './faults';
import { errorCodes, SmgError } from './wire';

const status = z.enum(['not_started', 'in_progress', 'completed', 'expired', 'cancelled']);
const applicationQuery = z.strictObject({
  email: z.string().optional(),
  positionId: z.string().optional(),
  status: status.optional(),
});
const requestQuery = z.strictObject({
  command: z.string().optional(),
  applicationId: z.string().optional(),
  since: z.iso.datetime({ offset: true }).optional(),
});
const nothing = z.strictObject({}).optional();

/** `/_control/…`: the admin object over HTTP with JSON, so that another process can drive the simulator. */
export function smgControl(admin: SmgAdmin): Router {
  const router = express.Router();
  router.use(express.json());

  router.get('/positions', (_request, response) => void response.json({ data: admin.positions() }));
  router.put('/positions', (request, response) => {
    admin.setPositions(positionsSchema.parse(request.body));
    response.json({ data: admin.positions() });
  });

  router.get('/account', (_request, response) => void response.json(admin.account()));
  router.patch('/account', (request, response) => {
    const change = accountSchema.partial().parse(request.body);
    response.json(admin.setAccount({ ...admin.account(), ...definedOnly(change) }));
  });

  router.get('/applications', (request, response) => {
    response.json({ data: admin.applications(applicationQuery.parse(request.query)) });
  });
  router.get('/applications/:id', (request, response) => {
    response.json(admin.application(request.params.id));
  });
  router.post('/applications/:id/complete', (request, response) => {
    response.json(admin.complete(request.params.id, completionSchema.parse(request.body ?? {})));
  });
  router.post('/applications/:id/expire', (request, response) => {
    nothing.parse(request.body);
    response.json(admin.expire(request.params.id));
  });
  router.post('/applications/:id/cancel', (request, response) => {
    nothing.parse(request.body);
    response.json(admin.cancel(request.params.id));
  });
  router.post('/applications/:id/callback', (request, response) => {
    nothing.parse(request.body);
    admin.resendCallback(request.params.id);
    response.sendStatus(202);
  });

  recordRoutes(router, admin, { query: requestQuery, fault: (body) => faultSchema.parse(body) });
  router.use(controlErrors);
  return router;
}

/** A partial object without its undefined members, which `exactOptionalPropertyTypes` tells from missing ones. */
function definedOnly<T extends object>(change: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

const controlErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof SmgError) {
    const missing = error.code === errorCodes.unknownApplication;
    response.status(missing ? 404 : 409).json({ error: error.message, error_code: error.code });
  } else if (error instanceof ZodError) {
    response.status(400).json({ error: z.prettifyError(error) });
  } else {
    next(error);
  }
};
