import type { z } from 'zod';
import { FulcrumError } from '../domain/errors';
import { jsonOf } from '../platform/json';
import type { RawCallback } from './define';

/** What vendors write, as the hub reads it. */

/** A callback whose body is JSON. @throws FulcrumError `input.malformed` naming the first place that does not fit */
export function readMessage<T extends z.ZodType>(raw: RawCallback, schema: T): z.output<T> {
  const parsed = schema.safeParse(jsonOf(raw.body));
  if (parsed.success) return parsed.data;
  throw new FulcrumError(
    'input.malformed',
    `The callback cannot be used: it is wrong at ${placeOf(parsed.error)}`,
  );
}

/** The first place that does not fit, without any value; of what is too long, how long it may be. */
export function placeOf({ issues: [first] }: z.ZodError): string {
  const where = first?.path.join('.') || 'its top';
  const isList = first?.code === 'too_big' && (first.origin === 'array' || first.origin === 'record');
  return isList ? `${where}, which has more than ${first.maximum} entries` : where;
}

/** With fractions of a second and a zone; no expression is put to more. */
const longestTime = 100;

/**
 * An ISO 8601 time in ms since 1970; null for none and for what is no time. Node reads much more as one, e.g. "12" as the
 * first of December 2001.
 */
export function isoTime(value: string | null | undefined): number | null {
  const text =
    value
      ?.slice(0, longestTime)
      .trim()
      .replace(/^(\d{4}-\d\d-\d\d) /, '$1T') ?? '';
  const at = /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
