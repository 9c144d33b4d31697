/**
 * Addresses that others write, and people click on: in Lever, in notes, in the hub's own answers. `javascript:` is one for
 * a browser as well, and one with a name in front of its host shows another host than it opens.
 */

/** Addresses that are signed have a thousand and more. */
const longest = 4_000;

/**
 * The text as an address that a person may be given, or null: http or https, without user name and password, at most 4000
 * characters. It is given back as it came, without space around it; space inside, as in names of files, is escaped.
 */
export function webAddressIn(text: string): string | null {
  const given = text.slice(0, longest + 1).trim();
  if (text.length > longest || !/^https?:\/\//i.test(given) || /\p{Cc}/u.test(given)) return null;
  if (!URL.canParse(given)) return null;
  const { username, password, href } = new URL(given);
  if (username !== '' || password !== '') return null;
  return /\s/u.test(given) ? href : given;
}

/** Of several links to the same thing the first that is an address; where none is, the first that was given at all. */
export const bestLink = (...links: (string | null)[]): string | null =>
  links.find((link) => link !== null && webAddressIn(link) !== null) ?? links.find(Boolean) ?? null;
