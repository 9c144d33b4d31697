import { z } from 'zod';

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const bare = new RegExp(`^${uuid.source}$`, 'i');
const hosted = new RegExp(`^/[^/]+/(${uuid.source})(?:/apply)?/?$`, 'i');

/** Lever's hosts of job sites, the European one among them. */
const isJobSite = (host: string): boolean => /^jobs\.(?:[a-z]{2}\.)?lever\.co$/i.test(host);

/**
 * The id of a posting, given bare or as the address of its page, e.g. `https://jobs.lever.co/acme/<id>/apply?x=y` (UP-15);
 * null for anything else.
 */
export function postingIdOf(text: string): string | null {
  const given = text.trim();
  if (bare.test(given)) return given.toLowerCase();
  const address = /^https?:\/\//i.test(given) ? given : `https://${given}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return isJobSite(url.hostname) ? (hosted.exec(url.pathname)?.[1]?.toLowerCase() ?? null) : null;
}

/** A posting as people name it; kept as its id. */
export const posting = z.string().transform((text, context) => {
  const id = postingIdOf(text);
  if (id !== null) return id;
  context.addIssue(
    'give the id at the end of the posting’s page, or the address of that page, e.g. https://jobs.lever.co/company/…',
  );
  return z.NEVER;
});
