import { z } from 'zod';

/** What the schemas of all answers are written with. */

/** Every time of the API: ISO 8601 in UTC. */
export const time = z.iso.datetime();

/** One page of a list; `next` asks for the one behind it, as `after`. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ data: z.array(item), next: z.string().nullable() });

/** Codes as a description lists them. */
export const listed = (codes: readonly string[]): string => codes.map((code) => `\`${code}\``).join(', ');
