import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { leverFile, leverNote, single } from './schemas';
import type { LeverFile, LeverNote } from './schemas';
import { requirePerformAs } from './opportunities';
import type { Transport } from './transport';

export interface NewFile {
  name: string;
  contentType: string;
  /** At most 30 MB. A stream is given by a function, because a second attempt needs a second stream. */
  content: Buffer | (() => Readable);
}

export interface NotesAndFiles {
  listNotes(opportunityId: string): AsyncIterable<LeverNote>;
  /** A repeat makes a second note: look first. */
  addNote(opportunityId: string, text: string): Promise<{ id: string }>;
  listFiles(opportunityId: string): AsyncIterable<LeverFile>;
  /** A repeat makes a second file: look first. */
  addFile(opportunityId: string, file: NewFile): Promise<{ id: string }>;
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
    async addFile(id, file) {
      const query = { perform_as: requirePerformAs(performAs, 'uploading a file') };
      const request = { method: 'POST', route: files, params: { id }, query } as const;
      const answer = await transport.read({ ...request, body: () => multipart(file) }, fileAnswer);
      return { id: answer.id };
    },
  };
}

/** A form with the one part `file` that Lever asks for. */
function multipart({ name, contentType, content }: NewFile): {
  content: Buffer | Readable;
  contentType: string;
} {
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
    content: Buffer.isBuffer(content)
      ? Buffer.concat([head, content, tail])
      : Readable.from(enclose(head, content(), tail), { objectMode: false }),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

async function* enclose(head: Buffer, content: Readable, tail: Buffer): AsyncGenerator<Buffer> {
  yield head;
  for await (const chunk of content) yield Buffer.from(chunk as Uint8Array | string);
  yield tail;
}
