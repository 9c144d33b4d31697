import type { Right } from '../../domain/access';

/** The routes of the hub, for the test that walks them: a new one needs its line here. */

export type Thing = 'connection' | 'assessment' | 'delivery' | 'token';

export interface Guarded {
  at: string;
  right: Right;
  /** What its id names. */
  thing?: Thing;
  body?: object;
  /** It shows things of several connections. */
  list?: true;
  /** It is about the whole hub. */
  whole?: true;
}

const route = (at: string, right: Right, more: Omit<Guarded, 'at' | 'right'> = {}): Guarded => ({
  at: at.replace(' ', ' /api/v1'),
  right,
  ...more,
});
const connection = { thing: 'connection' } as const;
const assessment = { thing: 'assessment' } as const;
const delivery = { thing: 'delivery' } as const;

export const guarded: Guarded[] = [
  route('get /assessments', 'read', { list: true }),
  route('post /assessments/search', 'read', { body: { email: 'nobody@candidates.example' } }),
  route('get /assessments/:id', 'read', assessment),
  route('post /assessments/:id/remind', 'act', assessment),
  route('post /assessments/:id/extend', 'act', { ...assessment, body: { by: '3d' } }),
  route('post /assessments/:id/cancel', 'act', { ...assessment, body: { reason: 'walk' } }),
  route('post /assessments/:id/effects/:effectId/retry', 'act', assessment),
  route('post /assessments/:id/effects/:effectId/dismiss', 'act', {
    ...assessment,
    body: { reason: 'walk' },
  }),
  route('get /audit', 'administer', { list: true }),
  route('post /connect-links', 'administer'),
  route('get /connect-links', 'read'),
  route('delete /connect-links/:id', 'administer'),
  route('post /connections/:id/connect-link', 'administer', connection),
  route('get /connections', 'read', { list: true }),
  route('post /connections', 'administer'),
  route('get /connections/:id', 'read', connection),
  route('patch /connections/:id', 'administer', { ...connection, body: { customer: 'Walked' } }),
  route('post /connections/:id/pause', 'administer', connection),
  route('post /connections/:id/resume', 'administer', connection),
  route('post /connections/:id/disable', 'administer', { ...connection, body: { openRuns: 'withdraw' } }),
  route('post /connections/:id/renew-addresses', 'administer', connection),
  route('post /connections/:id/reconnect', 'administer', {
    ...connection,
    body: { lever: { apiKey: 'key' } },
  }),
  route('post /connections/:id/test', 'administer', connection),
  route('post /connections/:id/held/release', 'act', { ...connection, body: { limit: 1 } }),
  route('post /connections/:id/held/discard', 'act', { ...connection, body: { limit: 1 } }),
  route('get /deliveries', 'read', { list: true }),
  route('get /deliveries/tallies', 'read'),
  route('get /deliveries/:id', 'read', delivery),
  route('post /deliveries/:id/replay', 'act', delivery),
  route('post /deliveries/:id/discard', 'act', delivery),
  route('post /people/erase/preview', 'administer', { whole: true }),
  route('post /people/erase', 'administer', { whole: true }),
  route('get /people/erasures/:id', 'administer', { whole: true }),
  route('get /sweep', 'read', { whole: true }),
  route('post /sweep/release', 'administer', { whole: true }),
  route('post /tokens', 'administer'),
  route('get /tokens', 'administer', { list: true }),
  route('get /tokens/:id', 'administer', { thing: 'token' }),
  route('post /tokens/:id/revoke', 'administer', { thing: 'token' }),
];

const callback = { by: 'the key in the address', status: 404 };
const open = { by: 'nothing: it tells nothing that is anybody’s', status: 200 };

/** What no token of the API guards, what does, and what a stranger is answered. */
export const guardedOtherwise: Record<string, { by: string; status: number }> = {
  'get /healthz': open,
  'get /readyz': open,
  'get /metrics': { by: 'the metrics token', status: 401 },
  'post /webhooks/lever/:connectionKey': { by: 'the key in the address and Lever’s signature', status: 404 },
  ...Object.fromEntries(
    ['/callbacks/:vendor/:key', '/callbacks/:vendor/:key/*rest'].flatMap((path) => [
      [`head ${path}`, { by: 'nothing: it is not taken', status: 405 }],
      ...['get', 'post', 'put', 'patch'].map((method) => [`${method} ${path}`, callback]),
    ]),
  ),
  'put /callbacks/:vendor/:key/packages': callback,
  'options /codec/encode': { by: 'nothing: it tells which origin may ask', status: 204 },
  'options /codec/decode': { by: 'nothing: it tells which origin may ask', status: 204 },
  'post /codec/encode': { by: 'a token that reads everything', status: 401 },
  'post /codec/decode': { by: 'a token that reads everything', status: 401 },
  'options /codec/:ticket/encode': { by: 'nothing: it tells which origin may ask', status: 204 },
  'options /codec/:ticket/decode': { by: 'nothing: it tells which origin may ask', status: 204 },
  'post /codec/:ticket/encode': { by: 'the ticket in the address', status: 404 },
  'post /codec/:ticket/decode': { by: 'the ticket in the address', status: 404 },
  'get /connect/style.css': open,
  'get /connect/link/:token': { by: 'the token in the address', status: 404 },
  'post /connect/continue': { by: 'the ticket in the form', status: 403 },
  'get /connect/callback': { by: 'the state in the address', status: 400 },
  'get /connect/:vendor': { by: 'nothing: a form to type a code into', status: 404 },
  'post /connect/:vendor': { by: 'the code that is typed', status: 403 },
  'get /api/v1/openapi.json': open,
  'get /api/v1/standard/openapi.json': open,
};
