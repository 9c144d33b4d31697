import type { ErrorRequestHandler, Router } from 'express';
import express from 'express';
import { z, ZodError } from 'zod';
import type { DeskAdmin, RunAdmin } from './admin';
import { UnknownRun, WrongState } from './admin';
import type { RestFaultInput } from './faults';

const runQuery = z.strictObject({ email: z.string().optional() });
const mailboxQuery = z.strictObject({ to: z.string().optional() });
const callbackQuery = z.strictObject({ applicationId: z.string().optional() });
const requestQuery = z.strictObject({
  operation: z.string().optional(),
  since: z.iso.datetime({ offset: true }).optional(),
});
const nothing = z.strictObject({}).optional();

/** `/_control/…`: the admin object over HTTP with JSON, so that another process can drive the simulator. */
export function controlRoutes<View, Outcome>(
  admin: DeskAdmin & RunAdmin<View, Outcome>,
  outcome: z.ZodType<Outcome>,
): Router {
  const router = express.Router();
  router.use(express.json());

  router.get('/applications', (request, response) => {
    response.json({ data: admin.applications(runQuery.parse(request.query)) });
  });
  router.get('/applications/:id', (request, response) => {
    response.json(admin.application(request.params.id));
  });
  router.post('/applications/:id/complete', (request, response) => {
    response.json(admin.complete(request.params.id, outcome.parse(request.body ?? {})));
  });
  for (const action of ['start', 'decline', 'expire'] as const) {
    router.post(`/applications/:id/${action}`, (request, response) => {
      nothing.parse(request.body);
      response.json(admin[action](request.params['id']));
    });
  }
  router.post('/applications/:id/callback', (request, response) => {
    nothing.parse(request.body);
    admin.resend(request.params.id);
    response.sendStatus(202);
  });

  recordRoutes(router, admin, {
    query: requestQuery,
    fault: (body) => body as RestFaultInput,
  });
  router.use(controlErrors);
  return router;
}

/** What any simulator's admin object keeps on record, and the faults that it can switch on. */
interface Records<Query, Fault> {
  mailbox: DeskAdmin['mailbox'];
  requests(filter: Query): unknown[];
  callbacks(filter: { applicationId?: string | undefined }): unknown[];
  faults(): unknown[];
  fault(rule: Fault): string;
  clearFaults(): void;
  clear(): void;
}

/** The last of a simulator's control routes: mail, requests, callbacks, faults, clearing, and 404 for all others. */
export function recordRoutes<Query, Fault>(
  router: Router,
  admin: Records<Query, Fault>,
  read: { query: z.ZodType<Query>; fault: (body: unknown) => Fault },
): void {
  router.get('/mailbox', (request, response) => {
    response.json({ data: admin.mailbox(mailboxQuery.parse(request.query)) });
  });
  router.get('/requests', (request, response) => {
    response.json({ data: admin.requests(read.query.parse(request.query)) });
  });
  router.get('/callbacks', (request, response) => {
    response.json({ data: admin.callbacks(callbackQuery.parse(request.query)) });
  });
  router.get('/faults', (_request, response) => void response.json({ data: admin.faults() }));
  router.post('/faults', (request, response) => {
    response.status(201).json({ id: admin.fault(read.fault(request.body)) });
  });
  router.delete('/faults', (_request, response) => {
    admin.clearFaults();
    response.sendStatus(204);
  });
  router.post('/clear', (request, response) => {
    nothing.parse(request.body);
    admin.clear();
    response.sendStatus(204);
  });

  router.use((request, response) => {
    response.status(404).json({ error: `No control route ${request.method} ${request.path}` });
  });
}

const controlErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof UnknownRun) response.status(404).json({ error: error.message });
  else if (error instanceof WrongState) response.status(409).json({ error: error.message });
  else if (error instanceof ZodError) response.status(400).json({ error: z.prettifyError(error) });
  else next(error);
};
