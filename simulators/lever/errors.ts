/** An answer other than success, with Lever's error body `{code, message}`. */
export class LeverError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'LeverError';
  }
}

export const badRequest = (message: string) => new LeverError(400, 'BadRequestError', message);
export const unauthorized = (message: string) => new LeverError(401, 'Unauthorized', message);
export const forbidden = (message: string) => new LeverError(403, 'Forbidden', message);
/** `what` is the collection as Lever names it: "stages", "opportunities". */
export const notFound = (what: string, id: string) =>
  new LeverError(404, 'ResourceNotFound', `${what} ${id} was not found`);

const CODES: Record<number, string> = {
  400: 'BadRequestError',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'ResourceNotFound',
  408: 'RequestTimeout',
  413: 'RequestEntityTooLarge',
  422: 'UnprocessableEntity',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

/** The `code` text for a status; docs and clients show no uniform list, so the unseen ones are named alike. */
export const codeFor = (status: number): string => CODES[status] ?? `Http${status}`;
