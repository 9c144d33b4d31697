import { z } from 'zod';
import type { ActiveFault as KitFault } from '../kit/faults';
import { callbackFaults, Faults, milliseconds } from '../kit/faults';

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
    /** What else stands in the answer. */
    extra: z.record(z.string(), z.unknown()).default({}),
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
  /** score_calc_get leaves the main score without words; the verdict stands in the reducers alone, if they are asked for. */
  z.strictObject({ kind: z.literal('wordless-score'), count: callback.count }),
  /** application_create completes at once and sends the callback before it answers. */
  z.strictObject({ kind: z.literal('early-completion'), count: callback.count }),
  /** The next answers about a completed application show it as if the candidate were still at it. */
  z.strictObject({ kind: z.literal('unshown-completion'), count: callback.count }),
  /** application_create answers another id than the one it made; by default one that does not exist. */
  z.strictObject({
    kind: z.literal('wrong-application-id'),
    count: callback.count,
    application_id: applicationId.default('99999999999'),
  }),
  ...callbackFaults,
  z.strictObject({
    kind: z.literal('wrong-callback-id'),
    ...callback,
    application_id: applicationId.default('99999999999'),
  }),
]);

export type Fault = z.output<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;
export type ActiveFault = KitFault<Fault>;
export type SmgFaults = Faults<Fault>;

/** A fault that names no command, or any, meets every request. */
export const smgFaults = (): SmgFaults =>
  new Faults(
    faultSchema,
    (rule, command) => !('command' in rule) || rule.command === '*' || rule.command === command,
  );
