import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { requirePerformAs } from './opportunities';
import type { LeverFile, LeverNote } from './schemas';
import { leverFile, leverNote, single } from './schemas';
import type { RawBody, Transport } from './transport';

export interface NewFile {
  name: string;
  contentType: string;
  /** Bytes, exactly: it makes the request's length. With the form around it Lever takes 30 MB. */
  size: number;
  /** A function, because a second attempt needs a second stream. */
  content: () => Readable;
}

export interface NotesAndFiles {
  listNotes(opportunityId: string): AsyncIterable<LeverNote>;
  /** A repeat makes a second note: look first. */
  addNote(opportunityId: string, text: string): Promise<{ id: string }>;
  listFiles(opportunityId: string): AsyncIterable<LeverFile>;
  /**
   * A repeat makes a second file: look first. A fault of the file's own stream is thrown as it is.
   * @param options.deadlineAt ms since 1970: an upload may take longer than other requests
   */
  addFile(
    opportunityId: string,
    file: NewFile,
    options?: { deadlineAt?: number | undefined },
  ): Promise<{ id: string }>;
}

const noteAnswer = single(leverNote);
const fileAnswer = single(leverFile);

export function notesAndFiles(transport: Transport, performAs: string | null): NotesAndFiles {
  const notes = '/opportunities/:id/notes';
  const files = '/opportunities/:id/files';
  return {
    listNotes: (id) => transport.all({ method: 'GET', route: notes, params: { id } }, leverNote),
    async addNote(id, text) {
      const answer = await transport.read(
        {
          method: 'POST',
          route: notes,
          params: { id },
          query: { perform_as: performAs },
          json: { value: text },
        },
        noteAnswer,
      );
      return { id: answer.id };
    },
    listFiles: (id) => transport.all({ method: 'GET', route: files, params: { id } }, leverFile),
    async addFile(id, file, { deadlineAt } = {}) {
      const query = { perform_as: requirePerformAs(performAs, 'uploading a file') };
      const request = { method: 'POST', route: files, params: { id }, query, deadlineAt } as const;
      let broken: unknown;
      const body = (): RawBody => multipart(file, (error) => (broken = error));
      try {
        return { id: (await transport.read({ ...request, body }, fileAnswer)).id };
      } catch (error) {
        // To the connection a stream that breaks looks like any other break; whoever reads of it wants the reason.
        throw broken ?? error;
      }
    },
  };
}

/** A form with the one part `file` that Lever asks for. */
function multipart(
  { name, contentType, size, content }: NewFile,
  onError: (error: unknown) => void,
): RawBody {
  const boundary = `fulcrum-${randomBytes(16).toString('hex')}`;
  // The escapes of the HTML standard for names in multipart/form-data.
  const safeName = name.replace(/["\r\n]/g, (character) => encodeURIComponent(character));
  const safeType = contentType.replace(/[\r\n]/g, '');
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${safeName}"\r\n` +
      `content-type: ${safeType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    content: Readable.from(enclose(head, content(), tail, onError), { objectMode: false }),
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: head.length + size + tail.length,
  };
}

async function* enclose(
  head: Buffer,
  content: Readable,
  tail: Buffer,
  onError: (error: unknown) => void,
): AsyncGenerator<Buffer> {
  yield head;
  try {
    for await (const chunk of content) yield chunk as Buffer;
  } catch (error) {
    onError(error);
    throw error;
  }
  yield tail;
}
