import express from 'express';
import request from 'supertest';
import { apiDocument } from '../../../api/openapi/document';
import { healthRoutes } from '../../../api/routes/health';
import { openApiRoutes } from '../../../api/routes/openapi';

/** What anybody may ask, however often: counted is what it costs the hub. */

const passing: express.RequestHandler = (_req, _res, next) => next();

function appWith(database: () => Promise<unknown>) {
  let looks = 0;
  const found: Record<string, boolean> = {};
  const app = express();
  app.use(
    healthRoutes({
      checks: {
        database: () => {
          looks += 1;
          return database();
        },
        temporal: () => Promise.resolve(),
        snapshot: () => Promise.resolve(),
      },
      found: (store, isUp) => (found[store] = isUp),
      metrics: { contentType: 'text/plain', metrics: () => Promise.resolve('') },
      metricsReader: passing,
    }),
  );
  return { app, looks: () => looks, found };
}

const askedAtOnce = (app: express.Express, path: string, times: number) => {
  const server = app.listen(0, '127.0.0.1');
  return Promise.all(Array.from({ length: times }, () => request(server).get(path))).finally(() =>
    server.close(),
  );
};

describe('readiness', () => {
  it('asks the stores once for 400 who ask at the same moment, and answers all of them', async () => {
    let answer = (): void => undefined;
    const { app, looks } = appWith(() => new Promise<void>((resolve) => (answer = resolve)));
    const server = app.listen(0, '127.0.0.1');
    let arrived = 0;
    server.on('request', () => {
      arrived += 1;
      // The store answers when the last one has asked: none of them can have come later.
      if (arrived === 400) setImmediate(answer);
    });
    const answers = await Promise.all(Array.from({ length: 400 }, () => request(server).get('/readyz')));
    server.close();
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(400);
    expect(looks()).toBe(1);
  });

  it('tells of a store that is away, and asks again later', async () => {
    let away = true;
    const { app, looks } = appWith(() => (away ? Promise.reject(new Error('away')) : Promise.resolve()));
    const first = await request(app).get('/readyz');
    expect(first.body).toEqual({ status: 'degraded', database: 'away', temporal: 'ok', snapshot: 'ok' });
    away = false;
    for (let seen = first.body as { database: string }; seen.database === 'away';) {
      seen = (await request(app).get('/readyz')).body as { database: string };
    }
    expect(looks()).toBe(2);
  });
});

test('the description of the API is written once, however often it is read', async () => {
  const app = express();
  app.use(openApiRoutes({ publicUrl: 'https://hub.example', limit: passing }));
  const writing = jest.spyOn(JSON, 'stringify');
  const answers = await askedAtOnce(app, '/openapi.json', 50);
  const written = writing.mock.calls.filter(([value]) => Object.hasOwn(Object(value), 'openapi'));
  writing.mockRestore();
  expect(written).toEqual([]);
  expect(answers.map(({ body }) => body as unknown)).toEqual(
    answers.map(() => JSON.parse(JSON.stringify(apiDocument('https://hub.example'))) as unknown),
  );
});
