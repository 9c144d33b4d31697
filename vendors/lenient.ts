import { z } from 'zod';

/**
 * Fields of what vendors write. What is of another type than expected is read where it can only mean one thing, and is
 * missing otherwise: one odd field must not cost the whole answer, or the candidate's work. What an answer is nothing
 * without, e.g. an id, is asked for by `identifier`.
 */

const reading = <T>(read: (given: unknown) => T) => z.unknown().optional().transform(read);

/** No expression is put to more of a text, and no more of it gets into notes and lists. */
const longestText = 2_000;
const longestId = 200;
const longestFigure = 100;
/** More than any address may have, so that one that is cut is none (`domain/web-address.ts`). */
const longestLink = 4_500;

/** Numbers are text, too: many vendors write ids either way. */
const textOf = (given: unknown, most: number): string | null => {
  if (typeof given === 'number' || typeof given === 'bigint') return String(given);
  return typeof given === 'string' ? given.slice(0, most).trim() || null : null;
};

/** Text without space around it, at most 2000 characters of it; null for none. */
export const words = reading((given): string | null => textOf(given, longestText));

/** What names something; null for none, and for what is too long to be a name: a piece of it would name something else. */
export const reference = reading((given): string | null => {
  const text = typeof given === 'string' && given.length > longestText ? null : textOf(given, longestText);
  return text !== null && text.length <= longestId ? text : null;
});

/** Also `"72.5"` and `"72,5"`; null for none, and for an empty text, which is no nought. */
export const figure = reading((given): number | null => {
  const text =
    typeof given === 'string'
      ? given
          .slice(0, longestFigure)
          .trim()
          .replace(/^(-?\d+),(\d+)$/, '$1.$2')
      : given;
  const value = typeof text === 'string' && text !== '' ? Number(text) : text;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
});

/** An object may have a member of JSON's in the place of its own `toString`, so it says nothing here. */
export const plainText = (given: unknown): string =>
  typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean' ? String(given) : '';

/** Also 1 and 0, in numbers or words. */
export const flag = reading((given): boolean | null => {
  const text = plainText(given).slice(0, longestFigure).trim().toLowerCase();
  if (['true', '1', 'yes'].includes(text)) return true;
  return ['false', '0', 'no'].includes(text) ? false : null;
});

/**
 * What the vendor gives as a link, whatever it is: what people click on is checked where it leaves the vendor's code, so
 * that somebody is told of one that is left out (`activities/links.ts`). Null for none.
 */
export const link = reading((given): string | null =>
  typeof given === 'string' ? given.slice(0, longestLink).trim() || null : null,
);

/** @throws where there is none */
export const identifier = reference.refine((text): text is string => text !== null, 'is missing');

/** An object within another one; null where there is none. */
export const within = <T extends z.ZodType>(shape: T) => shape.nullish().catch(null);

/** More than any account has of what comes in one list without pages. */
const mostEntries = 5_000;

/** What a list or record that is too long says of itself, wherever it stands. */
export const tooMany = (context: z.RefinementCtx, origin: 'array' | 'record', maximum: number): never => {
  context.addIssue({ code: 'too_big', origin, maximum, inclusive: true, input: undefined });
  return z.NEVER;
};

/**
 * A list without the entries that cannot be read; empty where there is none. One that is too long is a fault of the answer,
 * found before any entry is read: what is cut off could be somebody.
 */
export const entries = <T extends z.ZodType>(entry: T, most = mostEntries) =>
  z
    .unknown()
    .optional()
    .transform((given, context): z.output<T>[] => {
      const all = Array.isArray(given) ? (given as unknown[]) : [];
      if (all.length > most) return tooMany(context, 'array', most);
      const found: z.output<T>[] = [];
      for (const one of all) {
        const read = entry.safeParse(one);
        if (read.success) found.push(read.data);
        else if (isTooBig(read.error)) return tooMany(context, 'array', most);
      }
      return found;
    });

/** An object of any names, null where there is none. One with too many names is a fault of the answer, as with `entries`. */
export const named = <T extends z.ZodType>(value: T, most = 100) =>
  z
    .unknown()
    .optional()
    .transform((given, context): unknown => (hasMore(given, most) ? tooMany(context, 'record', most) : given))
    .pipe(
      z
        .record(z.string(), value)
        .nullish()
        .catch(null)
        .transform((given) => given ?? null),
    );

function hasMore(given: unknown, most: number): boolean {
  if (typeof given !== 'object' || given === null) return false;
  let count = 0;
  for (const name in given) if (Object.hasOwn(given, name) && (count += 1) > most) return true;
  return false;
}

/** Whether it is about a list or a record that is too long, rather than about what stands in it. */
export const isTooBig = (error: z.ZodError): boolean =>
  error.issues.some(
    (issue) => issue.code === 'too_big' && (issue.origin === 'array' || issue.origin === 'record'),
  );
