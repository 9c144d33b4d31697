import type { Candidate } from '../domain/assessment';

/** Lever keeps one name, of which some people have only one word, or none is known; vendors ask for two and refuse an empty one. */

/** What is written for a family name where there is none. */
const noFamilyName = '-';
const unknownPerson = 'Candidate';

const wordsOf = (name: string): string[] => {
  const words = name.trim().split(/\s+/);
  // What has neither letter nor digit, e.g. a lone dash, is nobody's name.
  return words.some((word) => /[\p{L}\p{N}]/u.test(word)) ? words : [];
};

/** The whole name; where none is known what else tells the person from others. Never empty. */
export const fullName = ({ name, email }: Pick<Candidate, 'name' | 'email'>): string =>
  wordsOf(name).join(' ') || email || unknownPerson;

/** The first word is the given name, all others the family name. Neither is ever empty. */
export function splitName(name: string): { firstName: string; lastName: string } {
  const [firstName = unknownPerson, ...rest] = wordsOf(name);
  return { firstName, lastName: rest.join(' ') || noFamilyName };
}
