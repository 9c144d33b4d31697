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

  it('tells errors with code, detail and causes, but not what libraries hang on them', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', parameters: ['s3cret'] });
    const error = new FulcrumError('db.unavailable', 'away', { cause, detail: { route: '/x' } });
    const text = logged((log) => log.error({ err: error }, 'failed'));
    expect(text).not.toContain('s3cret');
    expect(JSON.parse(text).err).toMatchObject({
      type: 'FulcrumError',
      code: 'db.unavailable',
      detail: { route: '/x' },
      cause: { code: 'ECONNREFUSED', message: 'refused' },
    });
  });
});
