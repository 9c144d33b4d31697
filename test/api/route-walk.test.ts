import type { Express } from 'express';
import request, { type Response } from 'supertest';
import type * as app from '../../api/app';
import type { PresentedConnection } from '../../api/connections/present';
import { assessmentWorkflowId } from '../../domain/ids';
import { assessmentIdOf } from '../../platform/crypto/assessment-id';
import { useWorld } from '../helpers/use-world';
import { startApiWorld } from './api-world';
import { type Guarded, guarded, guardedOtherwise, type Thing } from './routes';

/** Every route that the hub really has, and what stands in front of it (decision 0042). */

let mockApp: Express | undefined;
jest.mock<typeof app>('../../api/app', () => {
  const actual = jest.requireActual<typeof app>('../../api/app');
  return { createApp: (deps) => (mockApp = actual.createApp(deps)) };
});

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
  slash: boolean;
  match(path: string): boolean;
}

/** A router does not tell where it is mounted; it tells whether a path is below it. */
const mounts = ['/connect', '/api/v1'];

function* routesOf(layers: Layer[], prefix = ''): Generator<{ method: string; path: string }> {
  for (const { route, handle, slash, ...layer } of layers.map((each) =>
    Object.assign(Object.create(each) as Layer, {
      slash: each.slash,
      route: each.route,
      handle: each.handle,
      match: each.match.bind(each),
    }),
  )) {
    if (route) {
      const path = `${prefix}${route.path}`;
      for (const name of Object.keys(route.methods)) yield { method: name.replace('_all', 'all'), path };
    } else if (handle.stack) {
      const mount = slash ? '' : mounts.find((each) => layer.match(each));
      if (mount === undefined) throw new Error('a router is mounted where this test knows no path');
      yield* routesOf(handle.stack, `${prefix}${mount}`);
    }
  }
}

const found = () => [...routesOf((mockApp as unknown as { router: { stack: Layer[] } }).router.stack)];

const world = useWorld(startApiWorld);
type Things = Record<Thing, string>;
let own: PresentedConnection;
/** Of another connection of the same vendor, and of another vendor. */
let sibling: Things;
let foreign: Things;
const tokens: Record<string, string> = {};

const every = { kind: 'everything' };
const all = ['read', 'act', 'administer'];

/** Of the tokens of smaller reach. */
const idsOf: Record<string, string> = {};

async function make(
  reach: object,
  rights: string[],
  more: object = {},
): Promise<{ id: string; token: string }> {
  const { body } = await world
    .asOperator('post', '/tokens')
    .send({ label: 'walk', reach, rights, ...more })
    .expect(201);
  return body;
}

/** One thing of each kind at this connection. */
async function thingsOf(connection: PresentedConnection, subject: string): Promise<Things> {
  const hook = world.lever.webhooks.find(
    ({ url, event }) => url === connection.webhook.url && event === 'candidateStageChange',
  );
  const sent = world.delivery('candidateStageChange', {
    opportunityId: subject,
    toStageId: 'stage-assessment',
  });
  const signature = world.sign(hook?.signatureToken ?? '', sent);
  const { body } = await world
    .asAnybody()
    .post(world.webhookPath(connection))
    .send({ ...sent, signature })
    .expect(200);
  const { id } = connection;
  const eventKey = String(sent['token']);
  const workflowId = assessmentWorkflowId({ vendor: connection.vendor, connectionId: id, subject, eventKey });
  const assessmentId = assessmentIdOf(workflowId);
  await world.assessments.announce([
    { assessmentId, workflowId, connectionId: id, vendor: connection.vendor, opportunityId: subject },
  ]);
  const token = await make({ kind: 'connection', connection: id }, all);
  return {
    connection: id,
    delivery: body.deliveryId,
    assessment: assessmentId,
    token: token.id,
  };
}

beforeAll(async () => {
  own = await world.connect();
  await thingsOf(own, 'opp-own');
  sibling = await thingsOf(await world.connect({ customer: 'Sibling' }), 'opp-sibling');
  const other = await world.connect({
    vendor: 'standard',
    credentials: {
      baseUrl: 'https://vendor.example',
      secret: `whsec_${Buffer.from('a secret of another vendor').toString('base64')}`,
    },
  });
  foreign = await thingsOf(other, 'opp-foreign');
  const soon = new Date(Date.now() + 1_000).toISOString();
  const expired = await make(every, all, { expiresAt: soon });
  const revoked = await make(every, all);
  await world.asOperator('post', `/tokens/${revoked.id}/revoke`).expect(200);
  const ofVendor = await make({ kind: 'vendor', vendor: 'smg' }, all);
  const ofConnection = await make({ kind: 'connection', connection: own.id }, all);
  Object.assign(idsOf, { vendor: ofVendor.id, connection: ofConnection.id });
  Object.assign(tokens, {
    unknown: `fulcrum_${'x'.repeat(43)}`,
    expired: expired.token,
    revoked: revoked.token,
    vendor: ofVendor.token,
    connection: ofConnection.token,
    reader: (await make(every, ['read'])).token,
    unread: (await make(every, ['act', 'administer'])).token,
  });
  await new Promise((resolve) => setTimeout(resolve, Date.parse(soon) - Date.now() + 50));
});

const ask = async (route: Guarded, token: string | null, id = 'none'): Promise<Response> => {
  const [method, path] = route.at.split(' ') as ['get', string];
  const asked = request(world.api.url)[method](path.replace(':id', id).replace(':effectId', 'effect'));
  if (token !== null) void asked.set('Authorization', `Bearer ${token}`);
  return method === 'get' ? asked : asked.send(route.body ?? {});
};

/** An answer without what differs between any two. */
const told = ({ status, body, headers }: Response, id = 'none') => ({
  status,
  challenge: headers['www-authenticate'],
  body: JSON.stringify({ ...body, requestId: '', instance: '' }).replaceAll(id, '<id>'),
});

test('each route has an entry, and each entry a route', () => {
  const named = [...guarded.map(({ at }) => at), ...Object.keys(guardedOtherwise)].sort();
  const there = found()
    .filter(({ method }) => method !== 'all')
    .map(({ method, path }) => `${method} ${path}`);
  expect([...new Set(there)].sort()).toEqual(named);
});

test('what takes every method takes none', async () => {
  const paths = found().filter(({ method, path }) => method === 'all' && !path.startsWith('/codec/'));
  expect(paths.length).toBeGreaterThan(20);
  for (const { path } of paths) {
    const address = path.replace(/[:*]\w+/g, 'none');
    const asked = request(world.api.url)
      .options(address)
      .set('Authorization', `Bearer ${world.operatorToken}`);
    expect([path, (await asked).status]).toEqual([path, 405]);
  }
});

describe.each(guarded)('$at', (route) => {
  test('is closed without a token that is valid, and tells nobody what a token was', async () => {
    expect((await ask(route, null)).status).toBe(401);
    const unknown = told(await ask(route, tokens['unknown'] as string));
    expect(unknown.status).toBe(401);
    expect(told(await ask(route, tokens['expired'] as string))).toEqual(unknown);
    expect(told(await ask(route, tokens['revoked'] as string))).toEqual(unknown);
  });

  test('is closed to a token without its right', async () => {
    const token = tokens[route.right === 'read' ? 'unread' : 'reader'] as string;
    const { status, body } = await ask(route, token, foreign[route.thing ?? 'connection']);
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'auth.forbidden' });
  });

  if (route.thing !== undefined) {
    const thing = route.thing;
    test.each(['vendor', 'connection'] as const)(
      'hides what a token for one %s does not reach',
      async (kind) => {
        const token = tokens[kind] as string;
        for (const id of kind === 'vendor' ? [foreign[thing]] : [foreign[thing], sibling[thing]]) {
          const unknown = `${id.slice(0, -4)}none`;
          const answer = told(await ask(route, token, id), id);
          expect(answer.status).toBe(404);
          expect(answer).toEqual(told(await ask(route, token, unknown), unknown));
        }
      },
    );
  }

  if (route.list) {
    test.each(['vendor', 'connection'] as const)(
      'lists nothing that a token for one %s does not reach',
      async (kind) => {
        const hidden = Object.values(kind === 'vendor' ? foreign : { ...foreign, ...prefixed(sibling) });
        const whole = JSON.stringify((await ask(route, world.operatorToken)).body);
        expect(hidden.some((id) => whole.includes(id))).toBe(true);
        const answer = await ask(route, tokens[kind] as string);
        expect(answer.status).toBe(200);
        // A line about its own tries shows the id that it has named itself.
        const text = JSON.stringify(
          answer.body.data.filter((line: { actor?: string }) => line.actor !== idsOf[kind]),
        );
        expect(hidden.filter((id) => text.includes(id))).toEqual([]);
      },
    );
  }

  if (route.whole) {
    test('is closed to a token that reaches only a part', async () => {
      expect((await ask(route, tokens['vendor'] as string)).status).toBe(403);
    });
  }
});

const prefixed = (things: Things) =>
  Object.fromEntries(Object.entries(things).map(([name, id]) => [`sibling-${name}`, id]));

test('a token that only reads has changed nothing, whatever it tried', async () => {
  const lists = ['/connections', '/assessments', '/deliveries', '/connect-links', '/tokens'];
  const seen = () =>
    Promise.all(
      lists.map(async (path) => {
        const { body } = await world.asOperator('get', `${path}?limit=200`).expect(200);
        return JSON.stringify(body, (name, value: unknown) => (name === 'lastUsedAt' ? null : value));
      }),
    );
  const before = await seen();
  for (const route of guarded.filter(({ right }) => right !== 'read')) {
    for (const id of Object.values(foreign))
      expect((await ask(route, tokens['reader'] as string, id)).status).toBe(403);
  }
  expect(await seen()).toEqual(before);
});

test.each(Object.entries(guardedOtherwise))('%s is guarded otherwise', async (at, { by, status }) => {
  const [method, path] = at.split(' ') as ['get', string];
  const answer = await request(world.api.url)[method](path.replace(/[:*]\w+/g, 'none'));
  expect({ by, status: answer.status }).toEqual({ by, status });
});
