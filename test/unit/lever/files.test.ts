import { Readable } from 'node:stream';
import { FulcrumError } from '../../../domain/errors';
import type { LeverClient } from '../../../lever/client';
import { createLeverClient } from '../../../lever/client';
import type { NewFile } from '../../../lever/notes-and-files';
import type { HttpClient } from '../../../platform/http/client';
import { createHttpClient } from '../../../platform/http/client';
import { waitMs } from '../../helpers/limits';
import type { LocalServer, Reply } from './local-server';
import { startLocalServer } from './local-server';

const http = createHttpClient({ timeoutMs: 5_000, userAgent: 'fulcrum-test' });
const hasty = createHttpClient({ timeoutMs: 1_000, userAgent: 'fulcrum-test' });
let server: LocalServer;
let client: LeverClient;

const clientOver = (through: HttpClient): LeverClient =>
  createLeverClient({
    apiUrl: server.url,
    http: through,
    authorization: (options) => Promise.resolve(options?.fresh ? 'Bearer two' : 'Bearer one'),
    performAs: 'user-1',
  });

beforeEach(async () => {
  server = await startLocalServer();
  client = clientOver(http);
});
afterEach(() => server.close());
afterAll(async () => {
  await http.close();
  await hasty.close();
});

const made: Reply = { status: 201, body: { data: { id: 'f-1', uploadedAt: '1767225600000', size: '7' } } };

const aFile = (change: Partial<NewFile> = {}): NewFile => ({
  name: 'a "b".pdf',
  contentType: 'application/pdf',
  size: 7,
  content: () => Readable.from([Buffer.from('con'), Buffer.from('tent')], { objectMode: false }),
  ...change,
});

describe('an upload', () => {
  it('is one form with the one part `file` and a known length, sent anew after a 401', async () => {
    server.replies.push({ status: 401 }, made);
    await expect(client.addFile('o', aFile())).resolves.toEqual({ id: 'f-1' });
    const form =
      '--B\r\ncontent-disposition: form-data; name="file"; filename="a %22b%22.pdf"\r\n' +
      'content-type: application/pdf\r\n\r\ncontent\r\n--B--\r\n';
    for (const { headers, body, url } of server.seen) {
      const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1] ?? 'none';
      expect(url).toBe('/opportunities/o/files?perform_as=user-1');
      expect(body.replaceAll(boundary, 'B')).toBe(form);
      expect(headers).toMatchObject({ 'content-length': String(Buffer.byteLength(body)) });
      expect(headers).not.toHaveProperty('transfer-encoding');
    }
    expect(server.seen).toHaveLength(2);
  });

  it('cannot break out of the form by its name or type', async () => {
    server.replies.push(made);
    const name = 'x"\r\ncontent-type: text/html\r\n\r\n.pdf';
    await client.addFile('o', aFile({ name, contentType: 'text/plain\r\nx: y' }));
    expect(server.seen[0]?.body).toContain('filename="x%22%0D%0Acontent-type: text/html%0D%0A%0D%0A.pdf"');
    expect(server.seen[0]?.body).toContain('content-type: text/plainx: y\r\n\r\ncontent');
  });

  it('may take longer than other requests, up to its own deadline', async () => {
    server.replies.push({ ...made, delay: 1_500 });
    const impatient = clientOver(hasty);
    await expect(impatient.addFile('o', aFile())).rejects.toMatchObject({ code: 'lever.unclear' });
    const deadlineAt = Date.now() + waitMs;
    await expect(impatient.addFile('o', aFile(), { deadlineAt })).resolves.toEqual({ id: 'f-1' });
    await expect(impatient.addFile('o', aFile(), { deadlineAt: Date.now() - 1 })).rejects.toMatchObject({
      code: expect.stringMatching(/^lever\.un(clear|available)$/),
    });
  });

  it('tells why its own stream broke, rather than that the connection did', async () => {
    server.replies.push(made);
    const gone = new FulcrumError('db.unavailable', 'The database cannot be reached at the moment.');
    const content = (): Readable =>
      Readable.from(
        (function* () {
          yield Buffer.from('con');
          throw gone;
        })(),
        { objectMode: false },
      );
    await expect(client.addFile('o', aFile({ content }))).rejects.toBe(gone);
    expect(server.seen).toEqual([]);
  });

  it('does not pass for whole when its stream ends early', async () => {
    server.replies.push(made);
    const content = (): Readable => Readable.from([Buffer.from('con')], { objectMode: false });
    await expect(client.addFile('o', aFile({ content }))).rejects.toMatchObject({
      code: expect.stringMatching(/^lever\.un/),
    });
    expect(server.seen).toEqual([]);
  });
});

describe('a list of files', () => {
  const file = { id: 'f', name: 'a.pdf', ext: '.pdf', status: null, downloadUrl: 'https://x.example' };
  it.each([
    ['a bare array with quoted numbers, as printed', [{ ...file, size: '7', uploadedAt: '1767225600000' }]],
    ['the envelope of its siblings', { data: [{ ...file, size: 7, uploadedAt: 1767225600000 }] }],
  ])('is read as %s', async (_, body) => {
    server.replies.push({ body });
    const found = [];
    for await (const one of client.listFiles('o')) found.push(one);
    expect(found).toMatchObject([{ id: 'f', name: 'a.pdf', size: 7, uploadedAt: 1767225600000 }]);
  });
});
