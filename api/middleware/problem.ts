import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { type ErrorCode, FulcrumError } from '../../domain/errors';
import type { Logger } from '../../platform/log';
import type { FieldError, Problem } from './problem-document';
import { requestIdOf } from './request-id';

/** A fault of a request's input with every field that does not fit. */
export class InputError extends FulcrumError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly errors: FieldError[],
  ) {
    super(code, message);
  }
}

/** The faults of a failed parse, each under its path, e.g. `body.settings.expiresAfter`. */
export const fieldErrors = (error: z.ZodError, under: string): FieldError[] =>
  error.issues.map((issue) => ({
    path: [under, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }));

function sendProblem(res: Response, error: FulcrumError): void {
  const problem: Problem = {
    type: `urn:fulcrum:problem:${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    code: error.code,
    detail: error.message,
    requestId: requestIdOf(res),
    ...(error instanceof InputError && { errors: error.errors }),
    ...(error.faults.length > 0 && { errors: [...error.faults] }),
  };
  if (error.status === 401 && !res.hasHeader('WWW-Authenticate')) {
    res.setHeader('WWW-Authenticate', 'Bearer realm="fulcrum"');
  }
  if (error.status === 503) {
    res.setHeader('Retry-After', String(Math.ceil((error.retryAfterMs ?? 5_000) / 1_000)));
  }
  res.status(error.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** Faults that Express' own parsers and router throw, by the `type` and status that http-errors gives them. */
function fromExpress(error: unknown): FulcrumError | null {
  if (typeof error !== 'object' || error === null || !('status' in error)) return null;
  const { status, type } = error as { status: unknown; type?: unknown };
  if (status === 413) {
    return new FulcrumError('input.too_large', 'The body is larger than this address accepts.');
  }
  if (status === 415) {
    const message =
      type === 'encoding.unsupported'
        ? 'Send the body uncompressed, without a Content-Encoding.'
        : 'Send UTF-8 text.';
    return new FulcrumError('input.wrong_type', message);
  }
  if (type === 'entity.parse.failed') {
    return new FulcrumError('input.malformed', 'The body is not valid JSON.');
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new FulcrumError(
      'input.malformed',
      'The request cannot be read: check its address and its headers.',
    );
  }
  return null;
}

/** Any fault as one that may be told; what nobody foresaw becomes `internal` and tells nothing. */
export function toFulcrumError(error: unknown, requestId: string): FulcrumError {
  if (error instanceof FulcrumError && error.code !== 'internal') return error;
  const known = fromExpress(error);
  if (known) return known;
  return new FulcrumError(
    'internal',
    `Something went wrong on our side. It is in the hub's log under the request id ${requestId}.`,
    { cause: error },
  );
}

/** The last handler: a problem document for every fault, the cause only in the log. */
export const problemHandler =
  (log: Logger): ErrorRequestHandler =>
  (error, _req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const problem = toFulcrumError(error, requestIdOf(res));
    if (problem.code === 'internal') {
      log.error({ requestId: requestIdOf(res), err: problem.cause ?? error }, 'request failed');
    }
    sendProblem(res, problem);
  };

/** What no route answers. */
export const notFound: RequestHandler = () => {
  throw new FulcrumError(
    'not_found',
    'There is nothing at this address. Check its path and method against the API description at /api/v1/openapi.json.',
  );
};

/** A known address asked with a method it does not take. */
export const methodNotAllowed =
  (...allowed: string[]): RequestHandler =>
  (_req, res) => {
    const detail = `This address takes ${allowed.join(', ')}.`;
    res
      .status(405)
      .setHeader('Allow', allowed.join(', '))
      .type('application/problem+json')
      .send(
        JSON.stringify({
          type: 'urn:fulcrum:problem:not_found',
          title: STATUS_CODES[405],
          status: 405,
          code: 'not_found',
          detail,
          requestId: requestIdOf(res),
        }),
      );
  };

/** Whoever calls it sends its message again: what cannot be read now can be once its key is back. */
export const unreadableConnection = (): FulcrumError =>
  new FulcrumError(
    'store.unavailable',
    'The hub cannot read this connection at present. Send it again later.',
  );
