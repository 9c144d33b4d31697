import type { z } from 'zod';

/** Objects inside objects are looked at so far down. */
const deepest = 6;

/**
 * Everything in an answer that may speak of an invitation, read by `shape`, wherever it stands: where the form of an answer
 * is not public, its members are looked for in all of it.
 */
export const mentionsIn = <T extends z.ZodType>(body: unknown, shape: T): z.output<T>[] =>
  objectsIn(body, deepest).flatMap((one) => {
    const read = shape.safeParse(one);
    return read.success ? [read.data] : [];
  });

function objectsIn(value: unknown, depth: number): object[] {
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  const inner = Object.values(value).flatMap((one) => objectsIn(one, depth - 1));
  return Array.isArray(value) ? inner : [value, ...inner];
}
