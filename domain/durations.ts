import { z } from 'zod';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Ten years: beyond it is a slip of the pen, and far beyond it no date at all. */
const longestMs = 3_650 * unitMs.d;

/** `3d`, `36h`, `10m`, `90s`, `250ms` in milliseconds; null for anything else, and for more than `3650d`. */
export function parseDuration(text: string): number | null {
  const match = pattern.exec(text.trim());
  if (!match) return null;
  const ms = Math.round(Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]);
  return ms > longestMs ? null : ms;
}

/** The longest whole unit that says it exactly: `259200000` is `3d`. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (ms >= unitMs[unit] && ms % unitMs[unit] === 0) return `${ms / unitMs[unit]}${unit}`;
  }
  return `${ms}ms`;
}

const words = 'write a duration like 3d, 36h, 10m, 90s; 3650d at most';

/** A duration written as people write it; parsed to milliseconds. */
export const duration = z
  .string(words)
  .refine((text) => parseDuration(text) !== null, words)
  .meta({ description: 'Like `3d`, `36h`, `10m`, `90s`', pattern: pattern.source })
  .transform((text) => parseDuration(text) as number);

/** How long something may take; null, written `never`: as long as it likes. */
export const durationOrNever = z.union(
  [z.literal('never').transform(() => null), duration],
  'write a duration such as 14d, or never',
);
