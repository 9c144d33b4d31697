import { z } from 'zod';

/**
 * Fields of what vendors write. What is of another type than expected is read where it can only mean one thing, and is
 * missing otherwise: one odd field must not cost the whole answer, or the candidate's work. What an answer is nothing
 * without, e.g. an id, is asked for by `identifier`.
 */

const reading = <T>(read: (given: unknown) => T) => z.unknown().optional().transform(read);

/** Text without space around it; null for none. Numbers are text, too: many vendors write ids either way. */
export const words = reading((given): string | null => {
  if (typeof given === 'number' || typeof given === 'bigint') return String(given);
  return typeof given === 'string' ? given.trim() || null : null;
});

/** Also `"72.5"` and `"72,5"`; null for none, and for an empty text, which is no nought. */
export const figure = reading((given): number | null => {
  const text = typeof given === 'string' ? given.trim().replace(/^(-?\d+),(\d+)$/, '$1.$2') : given;
  const value = typeof text === 'string' && text !== '' ? Number(text) : text;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
});

/** Also 1 and 0, in numbers or words. */
export const flag = reading((given): boolean | null => {
  // An object may have a member of JSON's in the place of its own `toString`.
  const text = typeof given === 'object' ? '' : String(given).trim().toLowerCase();
  if (['true', '1', 'yes'].includes(text)) return true;
  return ['false', '0', 'no'].includes(text) ? false : null;
});

/** Only what opens in a browser gets into notes and links that people click on. */
export const webAddress = reading((given): string | null => {
  const text = typeof given === 'string' ? given.trim() : '';
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? text : null;
});

/** @throws where there is none */
export const identifier = words.refine((text): text is string => text !== null, 'is missing');

/** An object within another one; null where there is none. */
export const within = <T extends z.ZodType>(shape: T) => shape.nullish().catch(null);

/** A list without the entries that cannot be read; empty where there is none. */
export const entries = <T extends z.ZodType>(entry: T) =>
  reading((given): z.output<T>[] =>
    (Array.isArray(given) ? (given as unknown[]) : []).flatMap((one) => {
      const read = entry.safeParse(one);
      return read.success ? [read.data] : [];
    }),
  );
