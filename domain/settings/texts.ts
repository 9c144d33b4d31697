import type { CommonSettings } from './schema';

/** Texts with fields, as a connection's settings give them: which fields each knows, and how they are filled. */

export type TextName = keyof CommonSettings['texts'] | 'note';

const ending = ['assessment', 'link', 'reason'];

/** The fields of each text. `link` is the candidate's own; `reason` says why it ended, in words. */
export const textFields: Record<TextName, readonly string[]> = {
  note: ['assessment', 'score', 'maxScore', 'band', 'report', 'link'],
  invited: ['assessment', 'link'],
  reminder: ['assessment', 'link'],
  declined: ending,
  expired: ending,
  failed: ending,
  cancelled: ending,
  skipped: ['reason'],
};

const field = /\{(\w+)\}/g;

/** Fields that a text names and that the hub could not fill. */
export const unknownFields = (name: TextName, template: string): string[] =>
  [...template.matchAll(field)]
    .map(([, named]) => named ?? '')
    .filter((named) => !textFields[name].includes(named));

/** Fills the fields that are given; what is not known reads "n/a". Other braces stay as they are. */
export const fillText = (
  template: string,
  fields: Record<string, string | number | null | undefined>,
): string =>
  template.replace(field, (whole, name: string) =>
    Object.hasOwn(fields, name) ? String(fields[name] ?? 'n/a') : whole,
  );
