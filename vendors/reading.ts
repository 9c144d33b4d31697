import type { z } from 'zod';
import { FulcrumError } from '../domain/errors';
import { jsonOf } from '../platform/json';
import type { RawCallback } from './define';

/** What vendors write, as the hub reads it. */

/** A callback whose body is JSON. @throws FulcrumError `input.malformed` naming the first place that does not fit */
export function readMessage<T extends z.ZodType>(raw: RawCallback, schema: T): z.output<T> {
  const parsed = schema.safeParse(jsonOf(raw.body));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'its top';
  throw new FulcrumError('input.malformed', `The callback cannot be used: it is wrong at ${where}`);
}

/** An ISO 8601 time in ms since 1970; null for none and for what is no time. */
export function isoTime(value: string | null | undefined): number | null {
  const at = Date.parse(value ?? '');
  return Number.isNaN(at) ? null : at;
}
