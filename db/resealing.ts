import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { FulcrumError } from '../domain/errors';
import { emailDigest } from '../platform/crypto/hmac';
import type { KeyRing } from '../platform/crypto/keyring';
import { keyIdOf, open, openJson, seal, sealedHead } from '../platform/crypto/seal';
import { askDatabase } from './away';
import type { Database } from './database';
import type { Schema } from './schema';
import type { SealedTable } from './sealed-columns';
import { sealedPlace, sealedTables } from './sealed-columns';

/**
 * Seals anew, with the ring's first key, whatever another key has sealed. What is still to be done is told by the rows
 * themselves: killed anywhere and run again, it goes on with those that are left. Nothing else of a row changes, and
 * nobody is told of it.
 */

export interface UnreadableValue {
  table: string;
  column: string;
  /** The row's key, its parts joined by "/". */
  row: string;
  /** Null: it does not begin as a sealed value does. */
  keyId: string | null;
}

export interface ResealingProgress {
  table: string;
  /** Values that were sealed anew in this call. */
  resealed: number;
}

export interface Resealed {
  resealed: number;
  /** What no key of the ring opens; it stays as it is. */
  unreadable: UnreadableValue[];
  /** Values that somebody else held on to until the patience was over. */
  left: number;
}

export interface ResealingOptions {
  /** Asked between two pages: true ends it early, with everything done so far kept. */
  isStopped?: () => boolean;
  progress?: (told: ResealingProgress) => void;
  /** Rows that others have locked are met again for so long. */
  patienceMs?: number;
}

const defaultPatienceMs = 60_000;
const pauseMs = 200;

/** @throws FulcrumError `db.unavailable`; what was sealed anew by then stays so */
export async function reseal(db: Database, ring: KeyRing, options: ResealingOptions = {}): Promise<Resealed> {
  const all: Resealed = { resealed: 0, unreadable: [], left: 0 };
  for (const table of sealedTables) {
    const { resealed, unreadable, left } = await resealTable(db, ring, table, options);
    all.resealed += resealed;
    all.unreadable.push(...unreadable);
    all.left += left;
    if (options.isStopped?.() === true) break;
  }
  return all;
}

async function resealTable(
  db: Database,
  ring: KeyRing,
  table: SealedTable,
  { isStopped = () => false, progress, patienceMs = defaultPatienceMs }: ResealingOptions,
): Promise<Resealed> {
  const until = Date.now() + patienceMs;
  let resealed = 0;
  for (;;) {
    const unreadable: UnreadableValue[] = [];
    for (let behind: string[] | null = null; !isStopped();) {
      const page = await askDatabase(() => resealPage(db, ring, table, behind));
      resealed += page.resealed;
      unreadable.push(...page.unreadable);
      if (page.resealed > 0) progress?.({ table: table.table, resealed });
      behind = page.last;
      if (behind === null) break;
    }
    // Rows that somebody had locked were passed over.
    const left = (await countOf(db, ring, table)) - unreadable.length;
    if (left <= 0 || isStopped() || Date.now() > until) {
      return { resealed, unreadable, left: Math.max(0, left) };
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

type Row = Record<string, string | Buffer | null>;

const columnsOf = (table: SealedTable): string[] => Object.keys(table.places);
const isOfAnotherKey = (ring: KeyRing, column: string) => {
  const head = sealedHead(ring.first.id);
  return sql<boolean>`(${sql.ref(column)} is not null and substring(${sql.ref(column)} from 1 for ${head.length}) <> ${head})`;
};
const anyOfAnotherKey = (ring: KeyRing, table: SealedTable) =>
  sql<boolean>`(${sql.join(
    columnsOf(table).map((column) => isOfAnotherKey(ring, column)),
    sql` or `,
  )})`;

/** One short transaction: it waits for nobody, so it can hold nobody up for longer than its own work takes. */
function resealPage(
  db: Database,
  ring: KeyRing,
  table: SealedTable,
  behind: readonly string[] | null,
): Promise<Resealed & { last: string[] | null }> {
  return db.kysely.transaction().execute(async (tx) => {
    await sql`select set_config('fulcrum.resealing', 'on', true)`.execute(tx);
    const rows = await nextRows(tx, ring, table, behind);
    const unreadable: UnreadableValue[] = [];
    let resealed = 0;
    for (const column of columnsOf(table)) {
      const changes = rows.flatMap((row) => {
        const old = row[column];
        if (!Buffer.isBuffer(old) || keyIdOf(old) === ring.first.id) return [];
        try {
          return [{ row, old, sealed: resealValue(ring, table, column, row, old) }];
        } catch (error) {
          if (!(error instanceof FulcrumError)) throw error;
          unreadable.push({
            table: table.table,
            column,
            row: keyOf(table, row).join('/'),
            keyId: keyIdOf(old),
          });
          return [];
        }
      });
      if (changes.length === 0) continue;
      resealed += await write(tx, table, column, changes);
    }
    const last = rows.at(-1);
    return { resealed, unreadable, left: 0, last: last === undefined ? null : keyOf(table, last) };
  });
}

const keyOf = (table: SealedTable, row: Row): string[] =>
  Object.keys(table.key).map((name) => String(row[name]));

function resealValue(ring: KeyRing, table: SealedTable, column: string, row: Row, old: Buffer): Buffer {
  const named = Object.fromEntries(
    [...Object.keys(table.key), ...table.also].map((name) => [name, String(row[name])]),
  );
  const place = table.places[column]?.(named) ?? '';
  return seal(ring, open(ring, old, place), place);
}

async function nextRows(
  tx: Kysely<Schema>,
  ring: KeyRing,
  table: SealedTable,
  behind: readonly string[] | null,
): Promise<Row[]> {
  const keys = Object.entries(table.key);
  const refs = sql.join(keys.map(([name]) => sql.ref(name)));
  // As text, because a bigint would come as something else than it is compared with.
  const read = [...keys.map(([name]) => name), ...table.also].map(
    (name) => sql`${sql.ref(name)}::text as ${sql.ref(name)}`,
  );
  const sealedRefs = columnsOf(table).map((column) => sql`${sql.ref(column)}`);
  const from =
    behind === null
      ? sql`true`
      : sql`(${refs}) > (${sql.join(keys.map(([, type], index) => sql`${behind[index]}::${sql.raw(type)}`))})`;
  const { rows } = await sql<Row>`
    select ${sql.join([...read, ...sealedRefs])} from ${sql.table(table.table)}
    where ${from} and ${anyOfAnotherKey(ring, table)}
    order by ${sql.join(keys.map(([name]) => sql`${sql.table(table.table)}.${sql.ref(name)}`))}
    limit ${table.atOnce} for no key update skip locked`.execute(tx);
  return rows;
}

/** Sets those values that are still the old ones; how many. */
async function write(
  tx: Kysely<Schema>,
  table: SealedTable,
  column: string,
  changes: readonly { row: Row; old: Buffer; sealed: Buffer }[],
): Promise<number> {
  const keys = Object.entries(table.key);
  const values = changes.map(({ row, old, sealed }) => {
    const key = keys.map(([name, type]) => sql`${row[name]}::${sql.raw(type)}`);
    return sql`(${sql.join([...key, sql`${old}::bytea`, sql`${sealed}::bytea`])})`;
  });
  const named = sql.join([...keys.map(([name]) => sql.ref(name)), sql.ref('old'), sql.ref('sealed')]);
  const isRow = sql.join(
    keys.map(([name]) => sql`${sql.ref(`mine.${name}`)} = ${sql.ref(`given.${name}`)}`),
    sql` and `,
  );
  const { numAffectedRows } = await sql`
    update ${sql.table(table.table)} as mine set ${sql.ref(column)} = given.sealed
    from (values ${sql.join(values)}) as given (${named})
    where ${isRow} and ${sql.ref(`mine.${column}`)} = given.old`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** Values that another key than the first has sealed, or none. */
async function countOf(db: Database, ring: KeyRing, table: SealedTable): Promise<number> {
  const counts = columnsOf(table).map(
    (column) => sql`count(*) filter (where ${isOfAnotherKey(ring, column)})`,
  );
  const { rows } = await askDatabase(() =>
    sql<{
      left: string;
    }>`select ${sql.join(counts, sql` + `)} as left from ${sql.table(table.table)}`.execute(db.kysely),
  );
  return Number(rows[0]?.left ?? 0);
}

/** What became of the digests by which people are found. */
export interface RenewedDigests {
  renewed: number;
  /** Their address is not kept any more, so nobody can tell it by another key. */
  dropped: number;
  unreadable: number;
}

const digestsAtOnce = 500;

/** Makes every digest of an e-mail address one of the ring's first key, from the address in the same row. */
export async function renewDigests(
  db: Database,
  ring: KeyRing,
  isStopped: () => boolean = () => false,
): Promise<RenewedDigests> {
  const all: RenewedDigests = { renewed: 0, dropped: 0, unreadable: 0 };
  // With one key alone there is none to get rid of, and a digest says by no mark whose it is.
  if (ring.all.length === 1) return all;
  for (let behind = ''; !isStopped();) {
    const rows = await askDatabase(() =>
      db.kysely
        .selectFrom('assessments')
        .select(['id', 'candidate_sealed', 'email_digest'])
        .where('email_digest', 'is not', null)
        .where('id', '>', behind)
        .orderBy('id')
        .limit(digestsAtOnce)
        .execute(),
    );
    for (const row of rows) {
      const now = digestOf(ring, row);
      if (now === undefined) all.unreadable += 1;
      if (now === undefined || now === row.email_digest) continue;
      const { numUpdatedRows } = await askDatabase(() =>
        db.kysely
          .updateTable('assessments')
          .set({ email_digest: now })
          .where('id', '=', row.id)
          .where('email_digest', '=', row.email_digest)
          .executeTakeFirstOrThrow(),
      );
      all[now === null ? 'dropped' : 'renewed'] += Number(numUpdatedRows);
    }
    const last = rows.at(-1);
    if (last === undefined) break;
    behind = last.id;
  }
  return all;
}

/** Null: there is no address any more; undefined: no key opens it. */
function digestOf(
  ring: KeyRing,
  { id, candidate_sealed: sealed }: { id: string; candidate_sealed: Buffer | null },
): string | null | undefined {
  if (sealed === null) return null;
  try {
    const { email } = openJson<{ email: string | null }>(
      ring,
      sealed,
      sealedPlace.assessment(id, 'candidate'),
    );
    return email === null ? null : emailDigest(ring, email);
  } catch (error) {
    if (error instanceof FulcrumError) return undefined;
    throw error;
  }
}

/** How many sealed values there are by table and key; `null` names no key: the value is damaged. */
export async function countSealed(
  db: Database,
): Promise<{ table: string; keyId: string | null; values: number }[]> {
  const found = new Map<string, { table: string; keyId: string | null; values: number }>();
  for (const table of sealedTables) {
    for (const column of columnsOf(table)) {
      const value = sql.ref(column);
      const { rows } = await askDatabase(() =>
        sql<{ head: Buffer | null; values: string }>`
          select case when octet_length(${value}) > 2
            then substring(${value} from 1 for 2 + get_byte(${value}, 1)) end as head, count(*) as values
          from ${sql.table(table.table)} where ${value} is not null group by 1`.execute(db.kysely),
      );
      for (const { head, values } of rows) {
        const keyId = head === null ? null : keyIdOf(head);
        const name = `${table.table} ${keyId ?? ''}`;
        const known = found.get(name) ?? { table: table.table, keyId, values: 0 };
        found.set(name, { ...known, values: known.values + Number(values) });
      }
    }
  }
  return [...found.values()];
}
