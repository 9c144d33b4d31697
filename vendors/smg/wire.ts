import { z } from 'zod';
import type { ErrorCode } from '../../domain/errors';
import { FulcrumError } from '../../domain/errors';
import { withoutPeople } from '../../domain/refusal-words';
import type { HttpAnswer } from '../../platform/http/client';
import { HttpError } from '../../platform/http/client';
import { retryAfterMs } from '../../platform/http/retry-after';
import { TooManyValues } from '../../platform/json';
import type { VendorCall } from '../define';
import { entries, figure, flag, link, named, plainText, tooMany, words } from '../lenient';
import { placeOf } from '../reading';
import type { SmgCredentials, SmgSettings } from './settings';

/**
 * The POP Engine partner API: one address, the command in the body, HTTP 200 even for errors.
 * https://pop.selfmgmt.com/docs/partner_api/commands.html
 */

export type SmgCall = VendorCall<SmgCredentials, SmgSettings>;

export const okCode = 0;
/** "Not enough permissions" and "no partner account": the credentials, not the request, are at fault. */
const unauthorizedCodes = [1, 5];

/** Ids are text in answers; a number is taken as well. */
const id = z
  .union([
    z
      .string()
      .max(20, { abort: true })
      .regex(/^\d{1,20}$/),
    z.number().int().nonnegative(),
  ])
  .transform(String);
/** No expression is put to more. */
const text = z
  .string()
  .transform((given) => given.slice(0, 2_000))
  .nullish();

/** What is in every answer. */
const frame = z.object({
  error_code: z.coerce.number(),
  error_text: text,
  /** A "duplicate" names the application that is there already. */
  application_id: id.nullish(),
});
export interface SmgAnswer extends z.output<typeof frame> {
  /** All of it, of which each schema reads what it names. */
  body: unknown;
}
/** SMG's own limit of a page of applications. */
export const pageSize = 1_000;
/** Fields of one application: the hub gives it five. */
const mostFields = 200;

export const createdAnswer = z.object({
  application_id: id,
  app_link_full: link.refine((given): given is string => given !== null, 'is missing'),
});

export const positionsAnswer = z.object({
  items: z
    .array(z.object({ position_id: id, aname: text }))
    .max(5_000)
    .default([]),
});

/**
 * `fields` is documented as an array of one-key objects; the list form is also seen as `k|v|k|v`, which has no escape,
 * so a value that holds a bar shifts what comes after it.
 */
const fields = z
  .union([z.string(), z.array(named(z.unknown())).max(mostFields)])
  .nullish()
  .transform((given, context): Record<string, string> => {
    if (given === null || given === undefined) return {};
    if (typeof given !== 'string') {
      const pairs = given.flatMap((one) => Object.entries(one ?? {}));
      return Object.fromEntries(pairs.map(([key, value]) => [key, plainText(value)]));
    }
    const parts = given.split('|', 2 * mostFields + 1);
    if (parts.length > 2 * mostFields) return tooMany(context, 'array', mostFields);
    return Object.fromEntries(
      parts.flatMap((key, index) => (index % 2 === 0 ? [[key, parts[index + 1] ?? '']] : [])),
    );
  });

export const applicationRow = z.object({
  application_id: id,
  status: text,
  completed: text,
  fields,
  app_link_full: link,
  rep_link_full: link,
  rep_link_full_acc: link,
});
export type ApplicationRow = z.output<typeof applicationRow>;

export const openAnswer = z.object({
  application_list: z
    .array(applicationRow)
    .max(pageSize)
    .nullish()
    .transform((rows) => rows ?? []),
  has_more: z.boolean().nullish(),
  next_app_id: id.nullish(),
  next_acc_id: id.nullish(),
  next_date: text,
});

const verdict = { score_final: figure, score_text: words, caption_tr_score: words };

/** https://pop.selfmgmt.com/docs/partner_api/assessment-score.html */
export const scoreAnswer = z.object({
  ...verdict,
  main_score_found: flag,
  score: figure,
  position_reducers: entries(z.object({ ...verdict, aname: words })),
  rep_link_full: link,
});
export type ScoreAnswer = z.output<typeof scoreAnswer>;

/** `2022-01-19`, in ms since 1970; null for SMG's "not yet", which is 1900-01-01, and for what is no date. */
export function smgDate(value: string | null | undefined): number | null {
  const at = Date.parse(`${(value ?? '').slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(at) || at <= Date.UTC(1900, 0, 2) ? null : at;
}

/** Sends one command and gives the answer whatever its `error_code`. @throws FulcrumError `vendor.*` */
export async function send(
  call: SmgCall,
  command: string,
  parameters: Record<string, unknown>,
): Promise<SmgAnswer> {
  const writes = command === 'application_create';
  const { username, password } = call.credentials;
  let answer: HttpAnswer;
  try {
    answer = await call.http.request({
      method: 'POST',
      url: call.baseUrl,
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify({ command, partner_api: true, ...parameters }),
    });
  } catch (error) {
    throw error instanceof HttpError ? noAnswer(command, writes, error) : error;
  }
  if (answer.status !== 200) throw badStatus(command, writes, answer);
  let body: unknown;
  let why = '';
  try {
    body = answer.json();
  } catch (error) {
    if (error instanceof TooManyValues) why = `: ${error.message}`;
  }
  const parsed = frame.safeParse(body);
  if (!parsed.success) {
    // Whatever was to be created may have been.
    throw fault(writes ? 'vendor.unclear' : 'vendor.unexpected', command, `its answer cannot be read${why}`);
  }
  if (unauthorizedCodes.includes(parsed.data.error_code)) {
    const words = `SMG error ${parsed.data.error_code}. Check the connection's SMG credentials`;
    throw fault('vendor.unauthorized', command, words, { errorCode: parsed.data.error_code });
  }
  return { ...parsed.data, body };
}

/** Sends one command and reads its answer. @throws FulcrumError `vendor.rejected` for any `error_code` but 0 */
export async function ask<T extends z.ZodType>(
  call: SmgCall,
  command: string,
  parameters: Record<string, unknown>,
  schema: T,
): Promise<z.output<T>> {
  return readAnswer(command, await send(call, command, parameters), schema);
}

export function readAnswer<T extends z.ZodType>(command: string, answer: SmgAnswer, schema: T): z.output<T> {
  if (answer.error_code !== okCode) {
    throw fault('vendor.rejected', command, `it was refused with ${errorOf(answer)}`, {
      errorCode: answer.error_code,
    });
  }
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  throw fault('vendor.unexpected', command, `its answer cannot be read at ${placeOf(parsed.error)}`);
}

/** SMG's code and words. The words are SMG's, so whatever in them could name a person is taken out. */
const errorOf = (answer: SmgAnswer): string => {
  const words = withoutPeople(answer.error_text);
  return `SMG error ${answer.error_code}${words === '' ? '' : ` (${words})`}`;
};

function noAnswer(command: string, writes: boolean, cause: HttpError): FulcrumError {
  const because = { fault: cause.kind };
  switch (cause.kind) {
    case 'unreachable':
      return fault('vendor.unavailable', command, 'SMG could not be reached', because, { cause });
    case 'refused':
      return fault('outbound.refused', command, 'the hub may not call the address of SMG_BASE_URL', because, {
        cause,
      });
    case 'unclear':
    case 'too_large':
      return writes
        ? fault('vendor.unclear', command, 'no answer came, so it may have taken effect', because, { cause })
        : fault('vendor.unavailable', command, 'no answer came', because, { cause });
  }
}

/** SMG answers 200 even to errors, so any other status is trouble of its servers. */
function badStatus(command: string, writes: boolean, answer: HttpAnswer): FulcrumError {
  const detail = { status: answer.status };
  if (answer.status === 429) {
    const wait = retryAfterMs(answer.headers['retry-after'], Date.now());
    return fault('vendor.rate_limited', command, 'SMG asks to wait', detail, {
      ...(wait !== undefined && { retryAfterMs: wait }),
    });
  }
  if (answer.status === 401 || answer.status === 403) {
    return fault(
      'vendor.unauthorized',
      command,
      `SMG answered ${answer.status}. Check the credentials`,
      detail,
    );
  }
  return fault(
    writes ? 'vendor.unclear' : 'vendor.unavailable',
    command,
    `SMG answered ${answer.status}`,
    detail,
  );
}

function fault(
  code: ErrorCode,
  command: string,
  words: string,
  detail: Record<string, string | number> = {},
  options: { cause?: unknown; retryAfterMs?: number } = {},
): FulcrumError {
  return new FulcrumError(code, `SMG ${command}: ${words}`, { ...options, detail: { command, ...detail } });
}
