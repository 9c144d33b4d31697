import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Router } from 'express';
import { templateOf } from '../../api/openapi/document';
import { registry } from '../../vendors/registry';
import { textOf } from '../helpers/every-file';
import { useWorld } from '../helpers/use-world';
import { startApiWorld } from './api-world';

/** The published documents: true to the routes that are served, and valid by a validator that is not ours. */

interface Document {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
  webhooks?: Record<string, unknown>;
  components: { schemas: Record<string, unknown> };
}

const addresses = { hub: '/api/v1/openapi.json', contract: '/api/v1/standard/openapi.json' };

let routes: string[];
const documents: Record<string, Document> = {};

const world = useWorld(async () => {
  const mounting = jest.spyOn(Router.prototype as Router, 'use');
  const started = await startApiWorld();
  routes = routesOf(mounting.mock);
  mounting.mockRestore();
  return started;
});
beforeAll(async () => {
  for (const [name, address] of Object.entries(addresses)) {
    // Nobody needs a token to learn how to use the API.
    const answer = await world
      .asAnybody()
      .get(address)
      .expect(200)
      .expect('content-type', /^application\/json/);
    documents[name] = answer.body as Document;
  }
});

const operationsOf = (document: Document | undefined): string[] =>
  Object.entries(document?.paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );

test('every route for programs is in the document, and the other way round', () => {
  // Pages for people, and the protocol of Temporal's own UI and CLI.
  const programs = routes.filter((route) => !/^\w+ \/(?:connect|codec)\b/.test(route));
  expect(programs.sort()).toEqual(operationsOf(documents['hub']).sort());
});

test.each(Object.keys(addresses))('the document of the %s is valid OpenAPI 3.1', async (name) => {
  expect(documents[name]?.openapi).toMatch(/^3\.1\./);
  expect(await verdictOn(documents[name])).toEqual({ valid: true });
});

test.each([
  ['hub', 'docs/openapi/hub.json'],
  ['contract', 'docs/openapi/standard-contract.json'],
])('the document of the %s is the one in %s', (name, path) => {
  const isSame = `${JSON.stringify(documents[name], null, 2)}\n` === textOf(path);
  const verdict = isSame
    ? 'as served'
    : 'differs from what is served: run "npm run openapi" and read its diff';
  expect(`${path}: ${verdict}`).toBe(`${path}: as served`);
});

test('the validator finds faults', async () => {
  const { paths, ...rest } = documents['hub'] as Document;
  const verdict = await verdictOn({ ...rest, paths: { ...paths, noSlash: { get: { responses: 7 } } } });
  expect(verdict).toMatchObject({ valid: false });
});

test.each(Object.keys(addresses))('the document of the %s names every operation once', (name) => {
  const ids = Object.values(documents[name]?.paths ?? {}).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  expect(ids.length).toBeGreaterThan(5);
  expect([...new Set(ids)]).toEqual(ids);
});

test('the hub is the server of its own document, the vendor that of the contract', () => {
  expect(documents['hub']?.servers).toEqual([{ url: 'https://hub.example' }]);
  expect(documents['contract']?.servers).toMatchObject([{ url: '{baseUrl}' }]);
  expect(operationsOf(documents['contract'])).toEqual(
    expect.arrayContaining(['get /packages', 'post /orders', 'get /orders/{id}', 'post /orders/{id}/cancel']),
  );
});

test('settings and credentials of every vendor are spelt out', () => {
  const named = Object.keys(documents['hub']?.components.schemas ?? {}).map((name) => name.toLowerCase());
  for (const id of Object.keys(registry)) {
    expect(named).toEqual(expect.arrayContaining([`${id}settings`, `${id}credentials`]));
  }
});

/** What a validator that is not ours says. */
async function verdictOn(document: unknown): Promise<{ valid: boolean }> {
  const folder = await mkdtemp(join(tmpdir(), 'fulcrum-openapi-'));
  try {
    const file = join(folder, 'document.json');
    await writeFile(file, JSON.stringify(document));
    const manifest = require.resolve('@seriousme/openapi-schema-validator/package.json');
    const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: { 'validate-api': string } };
    const program = join(dirname(manifest), bin['validate-api']);
    const { stdout } = await promisify(execFile)(process.execPath, [program, file]).catch(
      // It ends with 1 where it finds faults, which it prints all the same.
      (ended: { stdout: string }) => ended,
    );
    return JSON.parse(stdout) as { valid: boolean };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every `method /address` that the app takes, from how its routers were put together. */
function routesOf({ contexts, calls }: { contexts: unknown[]; calls: unknown[][] }): string[] {
  const mounted = new Map<unknown, { by: unknown; at: string }>();
  for (const [index, [first, ...more]] of calls.entries()) {
    const at = typeof first === 'string' && first !== '/' ? first : '';
    for (const one of [first, ...more]) mounted.set(one, { by: contexts[index], at });
  }
  const placeOf = (router: unknown): string => {
    const place = mounted.get(router);
    return place === undefined ? '' : `${placeOf(place.by)}${place.at}`;
  };
  const routers = new Set([...contexts, ...mounted.keys()]) as Set<Partial<Router>>;
  return [...routers].flatMap((router) =>
    (router.stack ?? []).flatMap(({ route }) => {
      const methods = Object.keys((route as unknown as { methods?: object } | undefined)?.methods ?? {});
      return methods
        .filter((method) => /^(?:get|post|put|patch|delete)$/.test(method))
        .map((method) => `${method} ${placeOf(router)}${templateOf(String(route?.path))}`);
    }),
  );
}
