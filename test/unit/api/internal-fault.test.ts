import express from 'express';
import request from 'supertest';
import { faultPages } from '../../../api/connect/browser';
import { problemHandler } from '../../../api/middleware/problem';
import { requestId } from '../../../api/middleware/request-id';
import { FulcrumError } from '../../../domain/errors';
import { createLogger, type Logger } from '../../../platform/log';

const secret = 's3cret';
const faults: [string, () => unknown][] = [
  [
    'an error of a library',
    () => Object.assign(new Error(`select ${secret}`), { code: '42601', query: secret }),
  ],
  ['a fault of our own', () => new FulcrumError('internal', `key ${secret} is gone`)],
  ['a text', () => secret],
];

async function answerTo(fault: unknown, handler: (log: Logger) => express.ErrorRequestHandler) {
  const lines: string[] = [];
  const log = createLogger({
    level: 'info',
    name: 'test',
    destination: { write: (line) => void lines.push(line) },
  });
  const app = express()
    .use(requestId)
    .get('/', () => {
      throw fault;
    })
    .use(handler(log));
  const answer = await request(app).get('/').set('X-Request-Id', 'mine-1');
  return { answer, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test.each(faults)(
  '%s is told to nobody and noted once, under the id that the answer names',
  async (what, make) => {
    const { answer, lines } = await answerTo(make(), problemHandler);
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ code: 'internal', requestId: 'mine-1' });
    expect(answer.text).not.toMatch(/s3cret|42601|\.ts:\d/);
    expect(lines).toEqual([
      expect.objectContaining({ level: 50, msg: 'request failed', requestId: 'mine-1' }),
    ]);
    if (what === 'an error of a library') expect(lines[0]?.['err']).toMatchObject({ code: '42601' });
  },
);

test.each(faults)('a page tells nothing of %s either', async (_what, make) => {
  const { answer, lines } = await answerTo(make(), (log) => faultPages(log, ''));
  expect(answer.status).toBe(500);
  expect(answer.text).toContain('mine-1');
  expect(answer.text).not.toMatch(/s3cret|42601|\.ts:\d/);
  expect(lines).toEqual([expect.objectContaining({ level: 50, requestId: 'mine-1' })]);
});
