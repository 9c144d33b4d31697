/** No other side may make us wait longer than a day. */
const longestMs = 86_400_000;
/** Of a number, or of a date. */
const longestText = 100;

/**
 * The wait that a `Retry-After` header asks for, in milliseconds from `now` (ms since 1970); it may be given in
 * seconds or as an HTTP date (RFC 9110, 10.2.3). Undefined when there is none or it cannot be read.
 */
export function retryAfterMs(headerValue: string | undefined, now: number): number | undefined {
  const text = headerValue?.slice(0, longestText).trim();
  if (text === undefined || text === '') return undefined;
  // Fractions are not in the RFC, but rate limiters send them.
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1000), longestMs);
  if (!/[A-Za-z]/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, at - now), longestMs);
}
