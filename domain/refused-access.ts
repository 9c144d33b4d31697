import { formatDuration } from './durations';

/**
 * Lever may answer 401 for minutes to access that is as good as ever, to all customers at once. So a 401 alone does not
 * end a connection: not where a refresh has just succeeded, nor to an API key, each of which was looked at when it was
 * given. Times in ms, moments since 1970.
 */
export interface RefusalTimes {
  /** For so long nothing follows from it, but that nobody is invited. */
  patienceMs: number;
  /** How often Lever is asked for a connection that was given up … */
  probeEveryMs: number;
  /** … and for how long. */
  probeForMs: number;
}

export const isOutOfPatience = (
  refusedSince: number,
  now: number,
  { patienceMs }: Pick<RefusalTimes, 'patienceMs'>,
): boolean => now - refusedSince >= patienceMs;

/**
 * When Lever may be asked again during the patience. The pauses grow with the outage, so that many customers together do
 * not hold down what is just getting up; the last one ends with the patience.
 */
export function nextProbeAt(
  refusedSince: number,
  now: number,
  { patienceMs }: Pick<RefusalTimes, 'patienceMs'>,
): number {
  const shortest = patienceMs / 60;
  const longest = patienceMs / 5;
  const next = now + Math.min(longest, Math.max(shortest, (now - refusedSince) / 2));
  const end = refusedSince + patienceMs;
  return Math.round(now < end ? Math.min(next, end) : next);
}

/** Who was first refused before this moment is not asked about any more. */
export const probedWhenRefusedSince = (
  now: number,
  { patienceMs, probeForMs }: Pick<RefusalTimes, 'patienceMs' | 'probeForMs'>,
): number => now - patienceMs - probeForMs;

const written = (at: number): string => new Date(at).toISOString().slice(0, 19) + 'Z';

/** What to tell a person while there is patience. */
export const whyPatient = (refusedSince: number): string =>
  `Lever has answered 401 since ${written(refusedSince)} to access that it accepted before. Nobody is invited meanwhile; the hub keeps asking, and the connection becomes disconnected if this continues.`;

/** … and when it is over. */
export const whyGivenUp = (refusedSince: number, times: RefusalTimes): string => {
  const until = written(refusedSince + times.patienceMs + times.probeForMs);
  return `Lever has answered 401 since ${written(refusedSince)} to access that it accepted before. The hub asks again every ${formatDuration(times.probeEveryMs)} until ${until}, and the connection recovers by itself if Lever accepts the access. If the access was revoked, or the API key deleted, connect again.`;
};
