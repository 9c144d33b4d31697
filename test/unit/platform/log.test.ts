import { FulcrumError } from '../../../domain/errors';
import { createLogger } from '../../../platform/log';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(
    createLogger({ level: 'info', name: 'test', destination: { write: (line) => void lines.push(line) } }),
  );
  return lines.join('');
}

describe('log', () => {
  it('hides secrets and people wherever they stand', () => {
    const text = logged((log) =>
      log.info(
        {
          authorization: 'Bearer s3cret',
          answer: { of: { vendor: { headers: { 'x-key': 's3cret' }, rawHeaders: ['x-key', 's3cret'] } } },
          request: {
            headers: { authorization: 's3cret', cookie: 's3cret', 'set-cookie': 's3cret' },
            body: 's3cret',
          },
          connection: { id: 'con_1', lever: { apiKey: 's3cret', grant: { refreshToken: 's3cret' } } },
          candidate: { name: 's3cret' },
          email: 's3cret',
        },
        'something',
      ),
    );
    expect(text).not.toContain('s3cret');
    expect(text).toContain('con_1');
    expect(JSON.parse(text)).toMatchObject({ name: 'test', msg: 'something' });
  });

  it('tells errors with code, detail, place and causes, but neither their words nor what libraries hang on them', () => {
    const cause = Object.assign(new Error('s3cret was refused'), {
      code: 'ECONNREFUSED',
      parameters: ['s3cret'],
    });
    const error = new FulcrumError('db.unavailable', 'away', { cause, detail: { route: '/x' } });
    const text = logged((log) => log.error({ err: error }, 'failed'));
    expect(text).not.toContain('s3cret');
    expect(JSON.parse(text).err).toMatchObject({
      type: 'FulcrumError',
      code: 'db.unavailable',
      detail: { route: '/x' },
      message: 'away',
      stack: expect.arrayContaining([expect.stringMatching(/^at .*log\.test\.ts:\d+:\d+/)]),
      cause: { type: 'Error', code: 'ECONNREFUSED' },
    });
  });

  it('is one line of JSON each, with time, level and part, whatever stands in it', () => {
    const before = Date.now();
    const text = logged((log) =>
      log.warn({ connectionId: 'con_1"}\n{"level":60,"msg":"made up' }, 'first\r\nsecond\u2028third'),
    );
    expect(text.split('\n')).toEqual([expect.any(String), '']);
    const line = JSON.parse(text) as Record<string, unknown>;
    expect(line).toMatchObject({ level: 40, name: 'test', msg: 'first\r\nsecond\u2028third' });
    expect(line['connectionId']).toBe('con_1"}\n{"level":60,"msg":"made up');
    // Milliseconds since 1970, UTC.
    expect(line['time']).toBeGreaterThanOrEqual(before);
    expect(line['time']).toBeLessThanOrEqual(Date.now());
  });

  const words = 'Dana Example';
  it.each([
    ['a vendor', new FulcrumError('vendor.rejected', `SMG: it was refused (${words})`)],
    ['Lever', new FulcrumError('lever.bad_request', `Lever answered 400 (${words})`)],
    ['a program', new TypeError(`Cannot read properties of "${words}"`)],
    ['a message like a stack', new Error(`x\n    at ${words} (/there/${words}.ts:1:1)\n    at ${words}:1:1`)],
    ['a name', Object.assign(new Error('x'), { name: words })],
    ['a code', Object.assign(new Error('x'), { code: words, type: words })],
    ['a stack', Object.assign(new Error('x'), { stack: `Error: ${words}\n${words}\n  at ${words}` })],
    ['a cause', new Error('x', { cause: new Error(words, { cause: new Error(words) }) })],
    ['an object', { message: words }],
    ['a text', words],
  ])('never repeats the words of %s', (_, error) => {
    for (const text of [
      logged((log) => log.error({ err: error }, 'failed')),
      logged((log) => log.error({ error }, 'failed')),
    ]) {
      expect(text).not.toContain('Dana');
      expect(JSON.parse(text)).toMatchObject({ msg: 'failed' });
    }
  });
});
