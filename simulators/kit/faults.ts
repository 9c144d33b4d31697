import { z } from 'zod';

/** What every fault rule has: what it does, and how often. */
export interface FaultRule {
  kind: string;
  count: number;
}

export interface ActiveFault<Rule extends FaultRule> {
  id: string;
  rule: Rule;
  remaining: number;
}

/** The faults switched on, used up in the order they were set. */
export class Faults<Rule extends FaultRule> {
  #active: ActiveFault<Rule>[] = [];
  #lastId = 0;

  /** @param meets whether a rule is about this request */
  constructor(
    private readonly schema: z.ZodType<Rule>,
    private readonly meets: (rule: Rule, operation: string | undefined) => boolean,
  ) {}

  /** Returns the fault's id. Throws a ZodError when the rule is not one of the known kinds. */
  set(rule: unknown): string {
    const parsed = this.schema.parse(rule);
    const id = String((this.#lastId += 1));
    this.#active.push({ id, rule: parsed, remaining: parsed.count });
    return id;
  }

  /** Uses up one turn of the first fault of these kinds that meets this operation and this extra condition. */
  take<K extends Rule['kind']>(
    kinds: readonly K[],
    operation?: string,
    matches: (rule: Extract<Rule, { kind: K }>) => boolean = () => true,
  ): Extract<Rule, { kind: K }> | undefined {
    for (const active of this.#active) {
      const { rule } = active;
      if (!kinds.some((kind) => kind === rule.kind) || !this.meets(rule, operation)) continue;
      // Its kind is one of `kinds` by the line above; the compiler cannot follow a generic union there.
      const candidate = rule as Extract<Rule, { kind: K }>;
      if (!matches(candidate)) continue;
      active.remaining -= 1;
      if (active.remaining === 0) this.#active = this.#active.filter((other) => other !== active);
      return candidate;
    }
    return undefined;
  }

  active(): ActiveFault<Rule>[] {
    return this.#active.map((fault) => ({ ...fault }));
  }

  clear(): void {
    this.#active = [];
  }
}

export const milliseconds = z.int().min(0).max(3_600_000);
const count = z.int().min(1).default(1);
const how = z.enum(['drop', 'hang']).default('drop');

/** Something wrong with the next callbacks, whatever vendor sends them. */
export const callbackFaults = [
  /** The callback is sent again, side by side with the first. */
  z.strictObject({
    kind: z.literal('duplicate-callback'),
    count,
    copies: z.int().min(1).max(100).default(1),
  }),
  z.strictObject({ kind: z.literal('late-callback'), count, ms: milliseconds }),
  /** The callback waits until another one of the same run went out: the two change places. */
  z.strictObject({ kind: z.literal('held-callback'), count }),
  /** The callback is never sent; only polling finds what it was about. */
  z.strictObject({ kind: z.literal('lost-callback'), count }),
  /** One attempt goes out with a proof that does not fit. */
  z.strictObject({ kind: z.literal('wrong-signature'), count }),
] as const;

export type CallbackFault = z.output<(typeof callbackFaults)[number]>;

/** Something wrong with the next requests to a REST API. "Write" means whatever the request changes at the vendor. */
const requestFaults = <Operation extends z.ZodType<string>>(operation: Operation) =>
  [
    /** An HTTP status instead of an answer, without a write. */
    z.strictObject({
      kind: z.literal('http'),
      operation,
      count,
      status: z.int().min(400).max(599),
      retryAfterSeconds: z.int().min(0).optional(),
    }),
    /** The answer takes its time, before or after the write. */
    z.strictObject({
      kind: z.literal('delay'),
      operation,
      count,
      ms: milliseconds,
      when: z.enum(['before', 'after']).default('before'),
    }),
    /** No write and no answer. */
    z.strictObject({ kind: z.literal('lost-request'), operation, count, how }),
    /** The write took place, the answer never arrives: connection dropped, or left open without a byte. */
    z.strictObject({ kind: z.literal('lost-answer'), operation, count, how }),
    /** It is done, and answered by something else than is agreed on. */
    z.strictObject({ kind: z.literal('odd-answer'), operation, count, body: z.unknown() }),
    /** The next invitation is completed at once and calls back before it is answered. */
    z.strictObject({ kind: z.literal('early-completion'), count }),
    /** The next answers about a completed run show it as if the candidate were still at it. */
    z.strictObject({ kind: z.literal('unshown-completion'), count }),
  ] as const;

/** All faults of a vendor with a REST API; `operations` are its routes, e.g. `POST /interviews`. */
export const restFaults = (operations: readonly string[]) =>
  z.discriminatedUnion('kind', [
    ...requestFaults(z.enum(['*', ...operations]).default('*')),
    ...callbackFaults,
  ]);

export type RestFault = z.output<ReturnType<typeof restFaults>>;
export type RestFaultInput = z.input<ReturnType<typeof restFaults>>;

/** A fault that names no operation is about any. */
export const meetsOperation = (rule: RestFault, operation: string | undefined): boolean =>
  !('operation' in rule) || rule.operation === '*' || rule.operation === operation;
