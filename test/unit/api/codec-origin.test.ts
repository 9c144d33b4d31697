import express from 'express';
import request from 'supertest';
import { codecRoutes } from '../../../api/routes/codec';
import { testRing } from '../../helpers/keys';

const ui = 'https://temporal.example';

const asked = (uiOrigin: string | null, origin: string) =>
  request(
    express().use(
      codecRoutes({
        ring: testRing(),
        uiOrigin,
        authenticate: (_req, _res, next) => next(),
        failed: (fault, _req, _res, next) => next(fault),
        requestsPerMinute: 10,
        ticket: null,
        audit: () => Promise.resolve('1'),
      }),
    ),
  )
    .options('/codec/decode')
    .set('Origin', origin);

test('the one Web UI that is configured may read what the codec opens', async () => {
  const { headers } = await asked(ui, ui).expect(204);
  expect(headers).toMatchObject({
    'access-control-allow-origin': ui,
    vary: expect.stringContaining('Origin'),
  });
});

test.each([
  [ui, 'https://temporal.example.elsewhere.example'],
  [ui, 'http://temporal.example'],
  [ui, 'null'],
  [null, ui],
])('where Web UI is at %s, no browser gives the answer to %s', async (uiOrigin, origin) => {
  const { headers } = await asked(uiOrigin, origin).expect(204);
  expect(headers).not.toHaveProperty('access-control-allow-origin');
  expect(headers).not.toHaveProperty('access-control-allow-credentials');
});
