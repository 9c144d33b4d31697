import type { z } from 'zod';

/** Objects inside objects are looked at so far down. */
const deepest = 6;
/** And so many of them, lists too; an answer about one person needs a handful. */
const mostVisited = 1_000;

/**
 * Everything in an answer that may speak of an invitation, read by `shape`, wherever it stands: where the form of an answer
 * is not public, its members are looked for in all of it. Null where it holds more than anybody would have to say: the one
 * that is looked for might be behind what was read.
 */
export function mentionsIn<T extends z.ZodType>(body: unknown, shape: T): z.output<T>[] | null {
  const found: z.output<T>[] = [];
  let visited = 0;
  for (const one of objectsIn(body, deepest)) {
    visited += 1;
    if (visited > mostVisited) return null;
    if (Array.isArray(one)) continue;
    const read = shape.safeParse(one);
    if (read.success) found.push(read.data);
  }
  return found;
}

/** Why an answer of which {@link mentionsIn} is null says nothing. */
export const tooMuchSaid = `its answer cannot be read: it holds more than ${mostVisited} objects`;

/** One after the other, so that who stops asking stops the search; lists as well as objects. */
function* objectsIn(value: unknown, depth: number): Generator<object> {
  if (typeof value !== 'object' || value === null || depth === 0) return;
  yield value;
  if (Array.isArray(value)) for (const one of value) yield* objectsIn(one, depth - 1);
  else {
    for (const name in value) {
      if (Object.hasOwn(value, name)) yield* objectsIn((value as Record<string, unknown>)[name], depth - 1);
    }
  }
}
