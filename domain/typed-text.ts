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
/** `\s` knows all of Unicode's spaces; a pattern of Braille without dots shows as one more. */
const blanks = /[\s\u2800]+/gu;

/**
 * One spelling of a tag, a name or an id: what cannot be seen is not there, blanks of every kind are one space, none stand
 * at the ends, and letters that look the same are the same. Capitals count.
 */
export const plainText = (typed: string): string =>
  typed
    .normalize('NFC')
    .replace(invisible, '')
    .replace(control, '')
    .replace(blanks, ' ')
    .trim()
    // Letters that stood apart may have met.
    .normalize('NFC');

/** What joins letters and emoji, or chooses their form: it is part of how a name is written. */
const joins = /[\u200C\u200D\u{FE00}-\u{FE0F}]/u;

/**
 * The same for what is shown to somebody, such as a person's name: what joins letters stays. Empty where nothing can be
 * seen.
 */
export const shownText = (typed: string | null | undefined): string => {
  if (plainText(typed ?? '') === '') return '';
  return (typed ?? '')
    .normalize('NFC')
    .replace(invisible, (character) => (joins.test(character) ? character : ''))
    .replace(control, '')
    .replace(blanks, ' ')
    .trim();
};
