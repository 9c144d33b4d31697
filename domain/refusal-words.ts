import { isServiceWord } from './refusal-vocabulary';
import { plainText } from './typed-text';

/**
 * What another service says about its refusal, in its own words and without people. It comes into timelines, notes and
 * logs, and services quote whom it was about: `User Dana Example (dana@example.com) has no access`. Whatever could be a
 * person is left out, with a `…` in its place: addresses, telephone numbers, quoted text, and each word with a capital
 * that services do not write (`refusal-vocabulary.ts`). A word that was wrongly left out costs a look at the service; a
 * name that was left in could not be taken back.
 */

/** More than this is not looked at: no expression is put to a text of unknown length. */
const readAtMost = 1_000;
const shownAtMost = 200;
/** The shortest telephone numbers have six digits. */
const mostDigits = 5;
/** Stands for what is left out until the end: the text may have an ellipsis of its own. */
const gap = '\u0000';
const shownGap = '…';

/**
 * @param people names that the refused request held; they are left out however they are written
 * @returns at most 200 characters; empty when nothing is left that says anything
 */
export function withoutPeople(text: string | null | undefined, people: readonly string[] = []): string {
  const named = new Set(people.flatMap((name) => wordsOf(name.slice(0, readAtMost).toLowerCase())));
  const shown: string[] = [];
  let length = 0;
  for (const token of judge(tokensOf(text ?? ''), named)) {
    if (token === gap && shown.at(-1) === gap) continue;
    length += token.length + 1;
    if (length > shownAtMost) break;
    shown.push(token);
  }
  if (!shown.some((token) => hasWord(token))) return '';
  return withoutEnd(shown.map((token) => (token === gap ? shownGap : token)).join(' '));
}

/** The text as it is seen, as far as it is looked at. Half of an address would not be known as one. */
function tokensOf(text: string): string[] {
  const pieces = text.slice(0, readAtMost).split(shownGap);
  const seen = plainText(pieces.map((piece) => piece.normalize('NFKC')).join(shownGap));
  const tokens = seen.replace(/ ?@ ?/g, '@').split(' ').filter(Boolean);
  return text.length > readAtMost ? tokens.slice(0, -1) : tokens;
}

const withoutEnd = (text: string): string => {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '.' || text[end - 1] === ' ')) end -= 1;
  return text.slice(0, end);
};

const hasWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
const digitsIn = (text: string): number => text.replace(/\D+/g, '').length;

/** Each token as it may be shown. */
function judge(tokens: readonly string[], named: ReadonlySet<string>): string[] {
  const quotation = createQuotation();
  const shown: string[] = [];
  /** Of the numbers that stand side by side just now: where they begin, and their digits, as of a telephone number. */
  let numbers = { from: 0, digits: 0 };
  let followsName = false;
  for (const token of tokens) {
    const parts = partsOf(token);
    const quoted = quotation.read(parts);
    if (quoted === 'no' && isNumber(token)) {
      shown.push(token);
      numbers.digits += digitsIn(token);
      if (numbers.digits > mostDigits) shown.fill(gap, numbers.from);
      continue;
    }
    const { core } = parts;
    const isPlain = quoted === 'no' ? isHarmless(core, followsName) : isParameter(core, quoted);
    shown.push(isPlain && !token.includes('@') && !isNamed(core, named) ? token : gap);
    followsName = shown.at(-1) === gap && !/[.;:!?]$/.test(parts.after);
    numbers = { from: shown.length, digits: 0 };
  }
  return shown;
}

interface Parts {
  /** Punctuation. */
  before: string;
  core: string;
  after: string;
}

function partsOf(token: string): Parts {
  const characters = Array.from(token);
  let start = 0;
  let end = characters.length;
  while (start < end && !isOfWord(characters[start])) start += 1;
  while (end > start && !isOfWord(characters[end - 1])) end -= 1;
  const part = (from: number, to?: number): string => characters.slice(from, to).join('');
  return { before: part(0, start), core: part(start, end), after: part(end) };
}

const isOfWord = (character: string | undefined): boolean => /[\p{L}\p{M}\p{N}]/u.test(character ?? '');
const isNumber = (token: string): boolean => !token.includes('@') && /^[\d\p{P}\p{S}]+$/u.test(token);

type Quoted = 'no' | 'whole' | 'part';

/** Follows quotations from token to token; one that nothing ends goes on to the end of the text. */
function createQuotation(): { read(parts: Parts): Quoted } {
  const count = (text: string, marks: string): number =>
    Array.from(text).filter((one) => marks.includes(one)).length;
  const marks = '"“”„«»‹›`';
  // Inside a word and behind an s an apostrophe is none, unless one stood before a word.
  const apostrophes = "'‘’‚";
  let inMarks = false;
  let inApostrophes = false;
  return {
    read({ before, core, after }) {
      const wasOpen = inMarks || inApostrophes;
      const found = count(before + core + after, marks);
      if (found % 2 === 1) inMarks = !inMarks;
      const begins = !inApostrophes && count(before, apostrophes) > 0;
      if (begins) inApostrophes = true;
      if (inApostrophes && count(after, apostrophes) > 0) inApostrophes = false;
      if (!wasOpen && found === 0 && !begins) return 'no';
      return wasOpen || inMarks || inApostrophes || count(core, marks) > 0 ? 'part' : 'whole';
    },
  };
}

/** Quoted is what somebody wrote, unless it is one word of the service's own. */
const isParameter = (core: string, quoted: Quoted): boolean => quoted === 'whole' && isOfService(core);

const isNamed = (core: string, named: ReadonlySet<string>): boolean =>
  named.size > 0 && wordsOf(core.toLowerCase()).some((word) => named.has(word));

function isHarmless(core: string, followsName: boolean): boolean {
  if (/%40|:\/\//.test(core) || /^(?:www|mailto|tel)[.:]/i.test(core)) return false;
  if (isId(core)) return true;
  // A surname may be any word: "Dana Fields".
  if (followsName && /^\p{Lu}/u.test(core)) return false;
  // Parts held together by more than a hyphen or an apostrophe are the name of a thing, or of an account.
  if (/[\p{L}\p{N}][._[\]\\]/u.test(core)) return isOfService(core);
  return wordsOf(core).every((word) => /^[\p{Ll}\p{M}]+$/u.test(word) || isOfService(word));
}

/** UUIDs, and ids like the hub's own `asm_1f0c…`: they say nothing about anybody. */
const isId = (core: string): boolean =>
  core.length <= 80 &&
  digitsIn(core) > 1 &&
  /[a-z]/i.test(core) &&
  /^(?:[0-9a-f-]{16,}|[a-z]{2,5}_[0-9a-z]{16,})$/i.test(core);

/** Made of nothing but words that services write, and short numbers: `perform_as`, `BadRequestError`, `stages[0].id`, `v1`. */
function isOfService(core: string): boolean {
  const digits = digitsIn(core);
  if (digits > mostDigits) return false;
  const words = core.match(/\p{Lu}{1,80}(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|[\p{Lo}\p{Lm}\p{Lt}]+/gu) ?? [];
  return words.every((word) => isServiceWord(word) || (digits > 0 && word.length <= 2));
}
