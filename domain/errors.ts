/**
 * Every fault the hub knows by name. The code is stable: programs branch on it, operators search for it,
 * and it is all that leaves the process in plain text (decision 0016), so it never carries anything personal.
 */

interface ErrorKind {
  /** Status of the problem document when the fault answers a request of ours. */
  status: number;
  /** Whether the same request can succeed later without anybody's help. */
  retryable: boolean;
}

export const errorKinds = {
  // What somebody sent us.
  'input.malformed': { status: 400, retryable: false },
  'input.undeclared': { status: 400, retryable: false },
  'input.too_large': { status: 413, retryable: false },
  'input.wrong_type': { status: 415, retryable: false },
  'input.invalid': { status: 422, retryable: false },
  'auth.missing': { status: 401, retryable: false },
  'auth.signature': { status: 401, retryable: false },
  'auth.forbidden': { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  'rate.exceeded': { status: 429, retryable: true },
  internal: { status: 500, retryable: true },
  // Our own stores.
  'store.unavailable': { status: 503, retryable: true },
  'db.unavailable': { status: 503, retryable: true },
  'temporal.unavailable': { status: 503, retryable: true },
  /** Temporal takes other messages, and will never take this one. */
  'temporal.refused': { status: 502, retryable: false },
  // Connections.
  'connection.missing': { status: 404, retryable: false },
  'connection.disconnected': { status: 409, retryable: false },
  'connection.misconfigured': { status: 422, retryable: false },
  /** The connection was ended on our side, and its runs with it. */
  'connection.ended': { status: 409, retryable: false },
  /** The same was refused to several runs: it is the connection, and a person has to mend it. */
  'connection.impaired': { status: 409, retryable: false },
  // Lever.
  /** Lever answers 401 to access that is not known to be gone; whoever met it decides what follows. */
  'lever.unauthorized': { status: 502, retryable: false },
  'lever.bad_request': { status: 502, retryable: false },
  'lever.forbidden': { status: 502, retryable: false },
  'lever.not_found': { status: 502, retryable: false },
  'lever.rate_limited': { status: 503, retryable: true },
  'lever.unavailable': { status: 503, retryable: true },
  /** The request may have taken effect: look before the repeat. */
  'lever.unclear': { status: 503, retryable: true },
  'lever.unexpected': { status: 502, retryable: true },
  /** Lever does not show yet what it has just told of, or what was just made there: ask again. */
  'lever.not_yet': { status: 503, retryable: true },
  // Vendors.
  'vendor.rejected': { status: 502, retryable: false },
  'vendor.unauthorized': { status: 502, retryable: false },
  'vendor.not_found': { status: 502, retryable: false },
  'vendor.rate_limited': { status: 503, retryable: true },
  'vendor.unavailable': { status: 503, retryable: true },
  'vendor.unclear': { status: 503, retryable: true },
  'vendor.unexpected': { status: 502, retryable: true },
  'vendor.unsupported': { status: 409, retryable: false },
  /** The candidate has to go on before there is what was asked for. */
  'vendor.unfinished': { status: 409, retryable: false },
  // Addresses from outside.
  'outbound.refused': { status: 422, retryable: false },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorKinds, value);

/** One thing that is wrong with what somebody sent, and where in it. */
export interface FieldError {
  path: string;
  message: string;
}

export interface FulcrumErrorOptions {
  /** How long the other side asked us to wait, in milliseconds. */
  retryAfterMs?: number;
  /** Status, route and the other side's own code; nothing personal. */
  detail?: Record<string, string | number | boolean | null>;
  /** Every fault of a message, for its sender. */
  faults?: FieldError[];
  cause?: unknown;
}

/** A fault with a stable code. `message` says what to do in words and holds nothing personal. */
export class FulcrumError extends Error {
  override readonly name = 'FulcrumError';
  readonly retryAfterMs: number | undefined;
  readonly detail: Record<string, string | number | boolean | null>;
  readonly faults: readonly FieldError[];

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: FulcrumErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
    this.detail = options.detail ?? {};
    this.faults = options.faults ?? [];
  }

  get retryable(): boolean {
    return errorKinds[this.code].retryable;
  }

  get status(): number {
    return errorKinds[this.code].status;
  }
}
