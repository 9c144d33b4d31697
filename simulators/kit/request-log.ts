/** What every request to a simulated API has; a vendor adds its own. */
export interface LoggedCall {
  id: string;
  receivedAt: string;
  /** Null while it is under way, and for ever when the answer was lost on purpose. */
  status: number | null;
  /** Kinds of the faults it met. */
  faults: string[];
}

/** The newest requests, in order; the oldest go when the limit is passed, so that a long benchmark keeps its memory. */
export class RequestLog<Entry extends LoggedCall> {
  #entries: Entry[] = [];
  #lastId = 0;

  constructor(private readonly limit: number) {}

  /** Notes a request as it comes in; the caller fills in what becomes of it. */
  open(request: Omit<Entry, keyof LoggedCall>): Entry {
    const frame: LoggedCall = {
      id: String((this.#lastId += 1)),
      receivedAt: new Date().toISOString(),
      status: null,
      faults: [],
    };
    // Its parts are the entry's by the two types above; the compiler cannot add an Omit and a rest up again.
    const entry = { ...frame, ...request } as unknown as Entry;
    this.#entries.push(entry);
    // Trimmed in bulk, as shifting one by one would cost the whole array on every request.
    if (this.#entries.length > this.limit * 1.5) this.#entries = this.#entries.slice(-this.limit);
    return entry;
  }

  list(matches: (entry: Entry) => boolean = () => true, since?: string): Entry[] {
    const from = since === undefined ? 0 : Date.parse(since);
    return this.#entries
      .filter((entry) => Date.parse(entry.receivedAt) >= from && matches(entry))
      .map((entry) => structuredClone(entry));
  }

  clear(): void {
    this.#entries = [];
  }
}
