import { inspect } from 'node:util';
import { waitMs } from './limits';

/** First pause between two looks; they grow, so that many waits side by side do not keep the machine busy. */
const firstPauseMs = 20;
const longestPauseMs = 250;

/** Neither does a promise pass for an object here, nor with it the boolean that an asynchronous look comes to. */
interface NoPromise {
  then?: never;
}

/**
 * Looks again and again until something is there, or `holds` of it.
 * @param look whatever throws in it ends the wait at once
 * @returns what was seen
 * @throws Error with what was waited for, and what was seen last
 */
export async function until<T extends (object & NoPromise) | string | number | null | undefined>(
  what: string,
  look: () => T | Promise<T>,
): Promise<NonNullable<T>>;
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  holds: (seen: T) => boolean,
): Promise<T>;
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  holds: (seen: T) => boolean = (seen) => seen !== null && seen !== undefined,
): Promise<T> {
  const end = Date.now() + waitMs;
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 1.3)) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) {
      const words = inspect(seen, { depth: 4, maxArrayLength: 20, maxStringLength: 500, breakLength: 120 });
      throw new Error(`waited ${waitMs / 1000} s for: ${what}. Seen last: ${words}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
