/** One request to the API, with what became of it. */
export interface LoggedRequest {
  id: string;
  command: string;
  /** The parsed body, or the text as it came when it is no JSON object. */
  body: unknown;
  /** User name of the Basic credentials, never the password. */
  user: string | null;
  receivedAt: string;
  /** Null while it is under way, and for ever when the answer was lost on purpose. */
  status: number | null;
  errorCode: number | null;
  /** Kinds of the faults it met. */
  faults: string[];
  /** The application the request named or its answer made. */
  applicationId: string | null;
}

export interface RequestFilter {
  command?: string | undefined;
  applicationId?: string | undefined;
  /** ISO time; only requests received at or after it. */
  since?: string | undefined;
}

/** The newest requests, in order; the oldest go when the limit is passed, so that a long benchmark keeps its memory. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  #lastId = 0;

  constructor(private readonly limit: number) {}

  /** Notes a request as it comes in; the caller fills in what becomes of it. */
  open(request: Pick<LoggedRequest, 'command' | 'body' | 'user'>): LoggedRequest {
    const entry: LoggedRequest = {
      id: String((this.#lastId += 1)),
      ...request,
      receivedAt: new Date().toISOString(),
      status: null,
      errorCode: null,
      faults: [],
      applicationId: null,
    };
    this.#entries.push(entry);
    // Trimmed in bulk, as shifting one by one would cost the whole array on every request.
    if (this.#entries.length > this.limit * 1.5) this.#entries = this.#entries.slice(-this.limit);
    return entry;
  }

  list(filter: RequestFilter = {}): LoggedRequest[] {
    const since = filter.since === undefined ? 0 : Date.parse(filter.since);
    return this.#entries
      .filter(
        (entry) =>
          (filter.command === undefined || entry.command === filter.command) &&
          (filter.applicationId === undefined || entry.applicationId === filter.applicationId) &&
          Date.parse(entry.receivedAt) >= since,
      )
      .map((entry) => structuredClone(entry));
  }

  clear(): void {
    this.#entries = [];
  }
}
