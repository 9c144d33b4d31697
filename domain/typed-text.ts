/**
 * What people type and paste, read as they see it. Copying brings along what shows as a blank or not at all: a space that
 * does not break (U+00A0), zero-width ones (U+200B, U+FEFF, U+2060), marks of writing direction, soft hyphens.
 */

/**
 * What no font shows: Unicode's default ignorable characters (the zero-width ones, fillers, variation selectors, tags) and
 * its format characters. Some join letters or emoji, so what is only shown to somebody keeps them.
 */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
/** Control characters but tab and line breaks, which are blanks, show as nothing either. */
const control = /[\u0000-\u0008\u000E-\u001F\u007F-\u009F]/g;
/** Blanks that are no plain space. `\s` knows all of Unicode's; a pattern of Braille without dots shows as one more. */
const oddBlanks = /(?:[^\S ]|\u2800)+/gu;

/** Nothing that somebody means to write on one line is longer; no expression is put to more. */
const readAtMost = 10_000;

/** What can be seen of it: what cannot is not there, blanks of every kind are plain spaces, none stand at the ends. */
export const seenText = (typed: string): string =>
  typed
    .slice(0, readAtMost)
    .normalize('NFC')
    .replace(invisible, '')
    .replace(control, '')
    .replace(oddBlanks, ' ')
    .trim()
    // Letters that stood apart may have met.
    .normalize('NFC');

/** One spelling of a tag, a name or an id: what can be seen, with one space where there are several. Capitals count. */
export const plainText = (typed: string): string => seenText(typed).replace(/ +/g, ' ');

/** What joins letters and emoji, or chooses their form: it is part of how a name is written. */
const joins = /[\u200C\u200D\u{FE00}-\u{FE0F}]/u;

/**
 * The same for what is shown to somebody, such as a person's name: what joins letters stays. Empty where nothing can be
 * seen.
 */
export const shownText = (typed: string | null | undefined): string => {
  if (plainText(typed ?? '') === '') return '';
  return (typed ?? '')
    .slice(0, readAtMost)
    .normalize('NFC')
    .replace(invisible, (character) => (joins.test(character) ? character : ''))
    .replace(control, '')
    .replace(oddBlanks, ' ')
    .replace(/ +/g, ' ')
    .trim();
};
