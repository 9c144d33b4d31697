/** What somebody is called of whom Lever keeps no name: vendors greet people, and refuse an invitation without one. */
export const nameless = 'Candidate';

/**
 * Lever keeps one name; vendors ask for two. The first word is the given name, all others the family name, which is empty
 * for people with one name only.
 */
export function splitName(name: string): { firstName: string; lastName: string } {
  const [firstName = '', ...rest] = name.trim().split(/\s+/);
  return { firstName: firstName || nameless, lastName: rest.join(' ') };
}
