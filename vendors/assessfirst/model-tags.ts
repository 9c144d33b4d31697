import { plainText } from '../../domain/typed-text';

/**
 * AssessFirst's tags on postings: `🦄 <name>` is a model that the customer created, `🦄✨ <name>` a benchmark model, and
 * "No predictive model" sends the questionnaires alone.
 */

export const noModelTag = 'No predictive model';

export type ModelTag = { kind: 'none' } | { kind: 'model'; name: string; benchmark: boolean };

/** Emoji are typed with and without variation selectors, and tags with more or fewer spaces: neither counts. */
export const normalise = plainText;

export const sameText = (a: string, b: string): boolean =>
  normalise(a).toLowerCase() === normalise(b).toLowerCase();

const grammar = /^🦄 ?(✨)? ?(.*)$/u;

/** Null for a tag that is none of AssessFirst's; a model without a name is one that nobody can find. */
export function readModelTag(tag: string): ModelTag | null {
  if (sameText(tag, noModelTag)) return { kind: 'none' };
  const match = grammar.exec(normalise(tag));
  if (match === null) return null;
  const name = match[2] ?? '';
  return sameText(name, noModelTag)
    ? { kind: 'none' }
    : { kind: 'model', name, benchmark: match[1] !== undefined };
}

/** The tag as a catalogue would print it: the same for every way of writing it. */
export const printModelTag = (tag: ModelTag): string =>
  tag.kind === 'none' ? noModelTag : `🦄${tag.benchmark ? '✨' : ''} ${tag.name}`;

/** The public examples are without dashes. */
export const isModelUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text);

export function isModelReference(text: string): boolean {
  if (isModelUuid(text)) return true;
  const tag = readModelTag(text);
  return tag !== null && (tag.kind === 'none' || tag.name !== '');
}
