import type { SelectQueryBuilder } from 'kysely';
import { sql } from 'kysely';
import { FulcrumError } from '../domain/errors';

/** Pages over a list that is sorted by a time and an id, newest first. The cursor is opaque to callers. */

export interface Page<T> {
  data: T[];
  /** Where the next page begins; null on the last one. */
  next: string | null;
}

export interface Cursor {
  at: Date;
  id: string;
}

const write = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify([cursor.at.getTime(), cursor.id]), 'utf8').toString('base64url');

/** @throws FulcrumError `input.invalid` for a cursor that no page gave */
export function readCursor(text: string): Cursor {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(parsed)) {
      const [at, id] = parsed as [unknown, unknown];
      // What PostgreSQL can compare with: no time before its calendar, no NUL character.
      const isTime = typeof at === 'number' && at >= 0 && at <= 8.64e15;
      if (isTime && typeof id === 'string' && !id.includes('\0')) return { at: new Date(at), id };
    }
  } catch {
    // Falls through: whatever is wrong with it, the answer is the same.
  }
  throw new FulcrumError(
    'input.invalid',
    'This cursor is not one of ours: use the "next" of the page before.',
  );
}

/**
 * The rows of one page and one more, which shows that there is another.
 * @param at the column of the time by which the list is sorted
 */
export function newestFirst<DB, TB extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, TB, Row>,
  at: 'created_at' | 'received_at',
  { limit, after }: { limit: number; after?: string | undefined },
): SelectQueryBuilder<DB, TB, Row> {
  const [time, id] = [sql.ref<Date>(at), sql.ref<string>('id')];
  const page = query
    .orderBy(time, 'desc')
    .orderBy(id, 'desc')
    .limit(limit + 1);
  if (after === undefined) return page;
  const last = readCursor(after);
  return page.where(sql<boolean>`(${time}, ${id}) < (${last.at}, ${last.id})`);
}

/** A page from one row more than it may hold. */
export function pageOf<Row, T>(
  rows: Row[],
  limit: number,
  cursorOf: (row: Row) => Cursor,
  toObject: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(toObject),
    next: rows.length > limit && last !== undefined ? write(cursorOf(last)) : null,
  };
}
