import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { FulcrumError } from '../../domain/errors';
import type { KeyRing } from '../../platform/crypto/keyring';
import { open, seal } from '../../platform/crypto/seal';
import { askDatabase, guarded } from '../away';
import type { Database } from '../database';
import { sealedPlace } from '../sealed-columns';

/**
 * Files between a vendor and Lever (decision 0016): sealed in pieces, each bound to its file and its place in it. Neither way
 * holds more than a few pieces in memory, however large the file and however slow the other side.
 */

export interface NewFile {
  assessmentId: string;
  name: string;
  contentType: string;
  /** More than this is refused. */
  maxBytes: number;
}

export interface KeptFile {
  id: string;
  /** Bytes. */
  size: number;
  /** Hex. */
  sha256: string;
}

export interface OpenFile extends KeptFile {
  name: string;
  contentType: string;
  /** The content from its beginning; every call makes another stream. */
  stream: () => Readable;
}

export interface Files {
  /**
   * Keeps what the stream gives, under an id that no earlier attempt had. A fault of the stream is thrown as it is; nothing of
   * the file stays then.
   * @throws FulcrumError `input.too_large` as soon as more than `maxBytes` have come
   */
  put(content: AsyncIterable<Uint8Array>, about: NewFile): Promise<KeptFile>;
  /** @throws FulcrumError `not_found` when it was removed, or never came to its end */
  open(id: string): Promise<OpenFile>;
  remove(id: string): Promise<void>;
  /** Ends the keeping of files (decision 0016: 30 days), unfinished ones among them. Answers how many there were. */
  removeOlderThan(days: number): Promise<number>;
}

/** Small beside what a request takes anyway, and few enough statements for the largest file. */
const pieceBytes = 256 * 1024;
/** Files removed by one statement, so that none runs into its time limit. */
const removedAtOnce = 50;

const placeOf = (id: string, part: number | 'name'): string =>
  part === 'name' ? sealedPlace.fileName(id) : sealedPlace.filePiece(id, part);

export function createFiles(db: Database, ring: KeyRing): Files {
  const remove = async (id: string): Promise<void> => {
    await db.kysely.deleteFrom('files').where('id', '=', id).execute();
  };

  const piece = async (id: string, number: number): Promise<Buffer> => {
    const row = await askDatabase(() =>
      db.kysely
        .selectFrom('file_pieces')
        .select('content_sealed')
        .where('file_id', '=', id)
        .where('number', '=', number)
        .executeTakeFirst(),
    );
    if (row === undefined) throw gone(id);
    return open(ring, row.content_sealed, placeOf(id, number));
  };

  async function* contentOf(id: string, size: number): AsyncGenerator<Buffer> {
    for (let number = 0, given = 0; given < size; number += 1) {
      const content = await piece(id, number);
      given += content.length;
      yield content;
    }
  }

  return guarded<Files>({
    async put(content, { assessmentId, name, contentType, maxBytes }) {
      const id = `fil_${randomUUID()}`;
      const digest = createHash('sha256');
      let size = 0;
      // No transaction around it: the stream may be slow, and a connection held for it would be missed by the runs.
      await db.kysely
        .insertInto('files')
        .values({
          id,
          assessment_id: assessmentId,
          name_sealed: seal(ring, name, placeOf(id, 'name')),
          content_type: contentType,
          size,
          sha256: null,
        })
        .execute();
      try {
        let number = 0;
        for await (const bytes of inPieces(content, pieceBytes)) {
          size += bytes.length;
          if (size > maxBytes) throw tooLarge(maxBytes);
          digest.update(bytes);
          const sealed = { file_id: id, number, content_sealed: seal(ring, bytes, placeOf(id, number)) };
          await db.kysely.insertInto('file_pieces').values(sealed).execute();
          number += 1;
        }
        const sha256 = digest.digest('hex');
        await db.kysely.updateTable('files').set({ size, sha256 }).where('id', '=', id).execute();
        return { id, size, sha256 };
      } catch (fault) {
        // What cannot be removed now is unfinished, so nobody reads it, and goes with the old ones.
        await remove(id).catch(() => undefined);
        throw fault;
      }
    },

    async open(id) {
      const row = await db.kysely.selectFrom('files').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined || row.sha256 === null) throw gone(id);
      const size = Number(row.size);
      return {
        id,
        name: open(ring, row.name_sealed, placeOf(id, 'name')).toString('utf8'),
        contentType: row.content_type,
        size,
        sha256: row.sha256,
        stream: () => Readable.from(contentOf(id, size), { objectMode: false }),
      };
    },

    remove,

    async removeOlderThan(days) {
      for (let removed = 0; ;) {
        const old = db.kysely
          .selectFrom('files')
          .select('id')
          .where('created_at', '<', sql<Date>`now() - make_interval(days => ${days})`)
          // A run may be suspended for longer, and has still to bring them to Lever.
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('assessments')
                  .select('assessments.id')
                  .whereRef('assessments.id', '=', 'files.assessment_id')
                  .where('assessments.closed_at', 'is', null),
              ),
            ),
          )
          .limit(removedAtOnce);
        const { numDeletedRows } = await db.kysely
          .deleteFrom('files')
          .where('id', 'in', old)
          .executeTakeFirst();
        removed += Number(numDeletedRows);
        if (numDeletedRows < removedAtOnce) return removed;
      }
    },
  });
}

/** The same bytes in pieces of one size, the last one shorter. */
async function* inPieces(content: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    let rest = chunk;
    while (length + rest.length >= bytes) {
      const cut = bytes - length;
      yield Buffer.concat([...waiting, rest.subarray(0, cut)]);
      waiting = [];
      length = 0;
      rest = rest.subarray(cut);
    }
    waiting.push(rest);
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

const tooLarge = (maxBytes: number): FulcrumError =>
  new FulcrumError('input.too_large', `The file is larger than ${maxBytes} bytes.`, { detail: { maxBytes } });

const gone = (id: string): FulcrumError =>
  new FulcrumError('not_found', `The file ${id} is not kept (any more): files are removed after 30 days.`);
