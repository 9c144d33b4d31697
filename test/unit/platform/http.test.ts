import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { Agent, request as undiciRequest } from 'undici';
import type { HttpErrorKind } from '../../../platform/http/client';
import { createHttpClient, HttpError } from '../../../platform/http/client';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const servers: NetServer[] = [];
const sockets = new Set<Socket>();
async function listen<S extends NetServer>(server: S): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const serve = async (handler: Handler): Promise<string> =>
  `http://127.0.0.1:${await listen(createServer(handler))}`;

const client = createHttpClient({ timeoutMs: 5000, userAgent: 'fulcrum-test', maxBytes: 1000 });

afterAll(async () => {
  await client.close();
  for (const socket of sockets) socket.destroy();
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
});

async function kindOf(answer: Promise<unknown>): Promise<HttpErrorKind> {
  const fault = await answer.then(
    () => {
      throw new Error('there was an answer');
    },
    (error: unknown) => error,
  );
  if (!(fault instanceof HttpError)) throw fault;
  return fault.kind;
}

describe('answers', () => {
  it('are any status, with headers, text and JSON', async () => {
    const url = await serve((request, response) => {
      response.writeHead(404, {
        'content-type': 'application/json',
        'x-agent': request.headers['user-agent'],
      });
      response.end('{"code":"ResourceNotFound"}');
    });
    const answer = await client.request({ method: 'GET', url });
    expect(answer.status).toBe(404);
    expect(answer.headers['x-agent']).toBe('fulcrum-test');
    expect(answer.text()).toContain('ResourceNotFound');
    expect(answer.json()).toEqual({ code: 'ResourceNotFound' });
  });

  it('are not followed when they redirect', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(302, { location: '/elsewhere' }).end(),
    );
    expect((await client.request({ method: 'GET', url })).status).toBe(302);
  });

  it('come to bodies of text, bytes and streams', async () => {
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.end(Buffer.concat(chunks)));
    });
    for (const body of [
      'text',
      Buffer.from('bytes'),
      Readable.from([Buffer.from('str'), Buffer.from('eam')]),
    ]) {
      const answer = await client.request({ method: 'POST', url, body });
      expect(['text', 'bytes', 'stream']).toContain(answer.text());
    }
  });
});

describe('faults', () => {
  it('unreachable: refused connection', async () => {
    const port = await listen(createServer());
    const [server] = servers.splice(-1);
    await new Promise((resolve) => server?.close(resolve));
    expect(await kindOf(client.request({ method: 'POST', url: `http://127.0.0.1:${port}`, body: 'x' }))).toBe(
      'unreachable',
    );
  });

  it('unreachable: a name that does not exist', async () => {
    expect(await kindOf(client.request({ method: 'POST', url: 'http://nobody.invalid', body: 'x' }))).toBe(
      'unreachable',
    );
  });

  it('unreachable: TLS fails before the request', async () => {
    const port = await listen(createTcpServer((socket) => socket.end('this is no TLS')));
    expect(
      await kindOf(client.request({ method: 'POST', url: `https://127.0.0.1:${port}`, body: 'x' })),
    ).toBe('unreachable');
    const broken = await listen(createTlsServer({}, () => undefined).on('tlsClientError', () => undefined));
    expect(
      await kindOf(client.request({ method: 'POST', url: `https://127.0.0.1:${broken}`, body: 'x' })),
    ).toBe('unreachable');
  });

  it('unreachable: a certificate that no authority has signed', async () => {
    // Known to everybody who reads this repository, and trusted by nobody.
    const [key, cert] = ['self-signed-key.pem', 'self-signed.pem'].map((file) =>
      readFileSync(join(__dirname, '../../fixtures/tls', file)),
    );
    let asked = 0;
    const port = await listen(
      createHttpsServer({ key, cert }, (_request, response) => {
        asked += 1;
        response.end('secret');
      }),
    );
    const url = `https://localhost:${port}/`;
    expect(await kindOf(client.request({ method: 'POST', url, body: 'x' }))).toBe('unreachable');
    expect(asked).toBe(0);
    // It answers whoever trusts it: nothing but the certificate kept the client away.
    const trusting = new Agent({ connect: { ca: cert } });
    expect(await (await undiciRequest(url, { dispatcher: trusting })).body.text()).toBe('secret');
    await trusting.close();
  });

  it('unreachable: connected, but TLS never completes', async () => {
    const port = await listen(createTcpServer(() => undefined));
    const url = `https://127.0.0.1:${port}`;
    expect(await kindOf(client.request({ method: 'POST', url, body: 'x', timeoutMs: 200 }))).toBe(
      'unreachable',
    );
  });

  it('unclear: no answer in time', async () => {
    const url = await serve(() => undefined);
    const failed = client.request({ method: 'POST', url, body: 'x', timeoutMs: 2_000 });
    await expect(failed).rejects.toThrow('no complete answer within 2000 ms, after the request was sent');
    expect(await kindOf(failed)).toBe('unclear');
  });

  it('unclear: the body does not come to its end in time', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200);
      response.write('half');
    });
    expect(await kindOf(client.request({ method: 'POST', url, body: 'x', timeoutMs: 2_000 }))).toBe(
      'unclear',
    );
  });

  it('unclear: dropped after the request, and in the middle of the answer', async () => {
    const dropping = await serve((request) => request.socket.destroy());
    expect(await kindOf(client.request({ method: 'POST', url: dropping, body: 'x' }))).toBe('unclear');
    const halfway = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('some', () => request.socket.destroy());
    });
    expect(await kindOf(client.request({ method: 'POST', url: halfway, body: 'x' }))).toBe('unclear');
  });

  it('too large: more than the caller takes', async () => {
    const url = await serve((_request, response) => response.end('x'.repeat(2000)));
    expect(await kindOf(client.request({ method: 'GET', url }))).toBe('too_large');
    expect((await client.request({ method: 'GET', url, maxBytes: 3000 })).body).toHaveLength(2000);
  });

  it('refused: no address, or none that HTTP knows', async () => {
    expect(await kindOf(client.request({ method: 'GET', url: 'not an address' }))).toBe('refused');
    expect(await kindOf(client.request({ method: 'GET', url: 'file:///etc/passwd' }))).toBe('refused');
  });

  it('say the host, never path or query', async () => {
    const url = await serve((request) => request.socket.destroy());
    const failed = client.request({ method: 'GET', url: `${url}/people/ann?email=ann@example.org` });
    await expect(failed).rejects.toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('ann') }),
    );
  });

  it('a caller who gives up gets his own reason', async () => {
    const url = await serve(() => undefined);
    const abort = new AbortController();
    const failed = client.request({ method: 'GET', url, signal: abort.signal });
    abort.abort(new Error('no longer needed'));
    await expect(failed).rejects.toThrow('no longer needed');
    await expect(client.request({ method: 'GET', url, signal: abort.signal })).rejects.toThrow(
      'no longer needed',
    );
  });
});

describe('guarded client', () => {
  const guarded = createHttpClient({ timeoutMs: 5000, userAgent: 'fulcrum-test', guard: { allow: [] } });
  const opened = createHttpClient({
    timeoutMs: 5000,
    userAgent: 'fulcrum-test',
    guard: { allow: ['127.0.0.0/8', '::1'] },
  });
  afterAll(async () => {
    await guarded.close();
    await opened.close();
  });

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.8/',
    'https://localhost/',
    'http://example.com/',
    'http://127.0.0.1/',
    'https://user:password@example.com/',
    'ftp://example.com/',
  ])('refuses %s', async (url) => {
    expect(await kindOf(guarded.request({ method: 'GET', url }))).toBe('refused');
  });

  it('lets configured networks through, by address and by name, over plain http', async () => {
    const url = await serve((_request, response) => response.end('here'));
    expect((await opened.request({ method: 'GET', url })).text()).toBe('here');
    expect((await opened.request({ method: 'GET', url: url.replace('127.0.0.1', 'localhost') })).text()).toBe(
      'here',
    );
  });

  it('opens those networks only', async () => {
    expect(await kindOf(opened.request({ method: 'GET', url: 'http://10.0.0.8/' }))).toBe('refused');
    expect(await kindOf(opened.request({ method: 'GET', url: 'https://192.168.1.1/' }))).toBe('refused');
  });
});
