import { z } from 'zod';

export const commandNames = [
  'position_get',
  'application_create',
  'application_get',
  'application_get_link',
  'application_get_q',
  'score_calc_get',
  'score_calc_set',
] as const;
export type CommandName = (typeof commandNames)[number];

/** Which requests a fault meets (default: any command) and how many of them (default: one). */
const request = {
  command: z.enum([...commandNames, '*']).default('*'),
  count: z.int().min(1).default(1),
};
const callback = { count: z.int().min(1).default(1) };
const milliseconds = z.int().min(0).max(3_600_000);
const applicationId = z.string().regex(/^\d{1,20}$/);

/** One fault to switch on. "Write" means whatever the command changes at the vendor. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** An HTTP status instead of an answer, without a write. */
  z.strictObject({
    kind: z.literal('http'),
    ...request,
    status: z.int().min(400).max(599),
    retryAfterSeconds: z.int().min(0).optional(),
  }),
  /** HTTP 200 with an error_code, without a write. */
  z.strictObject({
    kind: z.literal('error-code'),
    ...request,
    error_code: z.int().min(1),
    error_text: z.string().default('Simulated error'),
  }),
  /** The answer takes its time, before or after the write. */
  z.strictObject({
    kind: z.literal('delay'),
    ...request,
    ms: milliseconds,
    when: z.enum(['before', 'after']).default('before'),
  }),
  /** No write and no answer. */
  z.strictObject({
    kind: z.literal('lost-request'),
    ...request,
    how: z.enum(['drop', 'hang']).default('drop'),
  }),
  /** The write took place, the answer never arrives: connection dropped, or left open without a byte. */
  z.strictObject({
    kind: z.literal('lost-answer'),
    ...request,
    how: z.enum(['drop', 'hang']).default('drop'),
  }),
  /** application_create completes at once and sends the callback before it answers. */
  z.strictObject({ kind: z.literal('early-completion'), count: callback.count }),
  /** application_create answers another id than the one it made; by default one that does not exist. */
  z.strictObject({
    kind: z.literal('wrong-application-id'),
    count: callback.count,
    application_id: applicationId.default('99999999999'),
  }),
  /** The callback is sent once more, side by side with the first. */
  z.strictObject({
    kind: z.literal('duplicate-callback'),
    ...callback,
    copies: z.int().min(1).max(100).default(1),
  }),
  z.strictObject({ kind: z.literal('late-callback'), ...callback, ms: milliseconds }),
  z.strictObject({
    kind: z.literal('wrong-callback-id'),
    ...callback,
    application_id: applicationId.default('99999999999'),
  }),
  /** The callback is never sent; only polling finds the completion. */
  z.strictObject({ kind: z.literal('lost-callback'), ...callback }),
]);

export type Fault = z.output<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;
export type FaultKind = Fault['kind'];

export interface ActiveFault {
  id: string;
  rule: Fault;
  remaining: number;
}

/** The faults switched on, used up in the order they were set. */
export class Faults {
  #active: ActiveFault[] = [];
  #lastId = 0;

  /** Returns the fault's id. Throws a ZodError when the rule is not one of the known kinds. */
  set(rule: FaultInput): string {
    const parsed = faultSchema.parse(rule);
    const id = String((this.#lastId += 1));
    this.#active.push({ id, rule: parsed, remaining: parsed.count });
    return id;
  }

  /** Uses up one turn of the first fault of these kinds that meets this command and this extra condition. */
  take<K extends FaultKind>(
    kinds: readonly K[],
    command?: string,
    matches: (rule: Extract<Fault, { kind: K }>) => boolean = () => true,
  ): Extract<Fault, { kind: K }> | undefined {
    for (const active of this.#active) {
      const { rule } = active;
      if (!kinds.some((kind) => kind === rule.kind)) continue;
      if ('command' in rule && rule.command !== '*' && rule.command !== command) continue;
      // Its kind is one of `kinds` by the first line of the loop; the compiler cannot follow a generic union there.
      const candidate = rule as Extract<Fault, { kind: K }>;
      if (!matches(candidate)) continue;
      active.remaining -= 1;
      if (active.remaining === 0) this.#active = this.#active.filter((other) => other !== active);
      return candidate;
    }
    return undefined;
  }

  active(): ActiveFault[] {
    return this.#active.map((fault) => ({ ...fault }));
  }

  clear(): void {
    this.#active = [];
  }
}
