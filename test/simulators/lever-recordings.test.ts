import { readdirSync } from 'node:fs';
import { z } from 'zod';
import * as schemas from '../../lever/schemas';
import type { AccountData } from '../../simulators/lever/admin';
import { SEED } from '../../simulators/lever/seed';
import { startLeverSimulator } from '../../simulators/lever/server';
import { leverClient } from './lever-client';
import {
  ACCOUNTS,
  COMMON,
  FOLDER,
  type Json,
  merged,
  opportunity,
  recorded,
} from './lever-recordings-accounts';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TOKEN = /^[0-9a-f]{48}$/;
/** The time of the call, in milliseconds since 1970. */
const NOW = 'now';
const STARTED = Date.now();

type Made = Record<string, RegExp | typeof NOW>;

/** What differs by nature from one call to the next: made by the call itself, known by its form alone. */
const MADE: Record<string, Made> = {
  'create-note.json': {
    id: ID,
    noteId: ID,
    createdAt: NOW,
    completedAt: NOW,
    'fields.0.createdAt': NOW,
  },
  'create-opportunity.json': {
    id: ID,
    'applications.0': ID,
    'emails.0': /@/,
    'urls.show': /\/candidates\/[0-9a-f-]{36}$/,
    'stageChanges.0.updatedAt': NOW,
    createdAt: NOW,
    updatedAt: NOW,
    lastInteractionAt: NOW,
    lastAdvancedAt: NOW,
  },
  'create-webhook.json': { id: ID, 'configuration.signatureToken': TOKEN, createdAt: NOW, updatedAt: NOW },
  'update-opportunity-archived.json': {
    'archived.archivedAt': NOW,
    updatedAt: NOW,
    lastInteractionAt: NOW,
  },
  'update-opportunity-links.json': { updatedAt: NOW },
  'update-opportunity-stage.json': {
    'stageChanges.1.updatedAt': NOW,
    updatedAt: NOW,
    lastInteractionAt: NOW,
    lastAdvancedAt: NOW,
  },
  'update-opportunity-tags.json': { updatedAt: NOW },
};

/** How the hub's client reads each answer. Contacts and tags it never asks for: there only the envelope is its own. */
const { single, list } = schemas;
const READ_AS: Record<string, z.ZodType> = {
  'create-note.json': single(schemas.leverNote),
  'create-opportunity.json': single(schemas.leverOpportunity),
  'create-webhook.json': single(schemas.createdWebhook),
  'delete-webhook.json': z.literal(''),
  'get-application.json': single(schemas.leverApplication),
  'get-contact.json': single(z.looseObject({ id: z.string() })),
  'get-note.json': single(schemas.leverNote),
  'get-opportunity-file-actions.json': list(schemas.leverFile),
  'get-opportunity.json': single(schemas.leverOpportunity),
  'get-posting.json': single(schemas.leverPosting),
  'get-postings.json': list(schemas.leverPosting),
  'get-stages.json': list(schemas.leverStage),
  'get-tags.json': list(z.looseObject({ text: z.string(), count: z.number() })),
  'get-user.json': single(schemas.leverUser),
  'get-webhooks.json': list(schemas.leverWebhook),
  'opportunities-last-page.json': list(schemas.leverOpportunity),
  'opportunities-page-1-head.json': list(schemas.leverOpportunity),
  'update-opportunity-archived.json': single(schemas.leverOpportunity),
  'update-opportunity-links.json': single(schemas.leverOpportunity),
  'update-opportunity-stage.json': single(schemas.leverOpportunity),
  'update-opportunity-tags.json': single(schemas.leverOpportunity),
  'users.json': list(schemas.leverUser),
};

/**
 * Every place where the answer is not the recorded one: missing and additional keys, other types, other values, other
 * order of lists. Places the call itself fills are compared by form.
 */
function differences(shown: Json, wanted: Json, made: Made, path = ''): string[] {
  const form = made[path.replace(/^data\./, '')];
  if (form) {
    const fits = form === NOW ? shown >= STARTED : form.test(String(shown));
    if (fits && typeof shown === typeof wanted) return [];
    return [`${path}: ${JSON.stringify(shown)} is not like ${JSON.stringify(wanted)}`];
  }
  if (typeof wanted !== 'object' || wanted === null || typeof shown !== 'object' || shown === null) {
    return shown === wanted ? [] : [`${path}: ${JSON.stringify(shown)} instead of ${JSON.stringify(wanted)}`];
  }
  if (Array.isArray(shown) !== Array.isArray(wanted)) return [`${path}: a list on one side only`];
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(shown)])];
  return keys.flatMap((key) => {
    const place = path === '' ? key : `${path}.${key}`;
    if (!(key in shown)) return [`${place}: missing`];
    if (!(key in wanted)) return [`${place}: not recorded`];
    return differences(shown[key], wanted[key], made, place);
  });
}

async function simulatorWith(account: AccountData) {
  const simulator = await startLeverSimulator({ seed: 'empty', rate: false });
  simulator.admin.load(addressedTo(simulator.url, { ...COMMON, ...account }));
  return simulator;
}

/** The recorded web application stands where the simulator's pages are. */
const addressedTo = <T>(url: string, json: T): T =>
  JSON.parse(JSON.stringify(json).replaceAll('https://hire.lever.co', url)) as T;

const PAGES_FILE = 'opportunities-pagination-skeleton.json';

test('every recording has its place in this suite', () => {
  const files = readdirSync(FOLDER).sort();
  expect(files).toHaveLength(23);
  expect([...Object.keys(ACCOUNTS), PAGES_FILE].sort()).toEqual(files);
  expect([...Object.keys(READ_AS), PAGES_FILE].sort()).toEqual(files);
});

describe('the simulator answers as recorded, and the client reads both answers alike:', () => {
  test.each(Object.keys(ACCOUNTS))('%s', async (file) => {
    const {
      method = 'GET',
      path = '/v1/opportunities',
      request = {},
      status = 200,
      headers = {},
      response: asRecorded,
    } = recorded(file);
    const simulator = await simulatorWith(ACCOUNTS[file]!);
    try {
      const response = addressedTo(simulator.url, asRecorded);
      // The recorded pages are cut short: only as many items as were kept can be asked for.
      const isPage = file.startsWith('opportunities-');
      const params = { ...request.params, ...(isPage ? { limit: String(response.data.length) } : {}) };
      const query = new URLSearchParams(params).toString();
      const call = leverClient(simulator.url);
      const answer = await call(method, `${path}${query && `?${query}`}`, request.data);
      expect(answer.status).toBe(status);
      for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value);
      const made = MADE[file] ?? {};
      expect(differences(answer.body, response, made)).toEqual([]);
      const [read, wanted] = [READ_AS[file]!.safeParse(answer.body), READ_AS[file]!.safeParse(response)];
      expect([read.error, wanted.error]).toEqual([undefined, undefined]);
      expect(differences(read.data, wanted.data, { ...made, signatureToken: TOKEN })).toEqual([]);
    } finally {
      await simulator.stop();
    }
  });
});

test(`${PAGES_FILE}: the same order and the same tokens over eleven pages`, async () => {
  const pages = recorded(PAGES_FILE) as Json[];
  const ends = pages.flatMap((page) => [page.first, page.last]);
  const simulator = await simulatorWith(merged(ends.map((end) => ({ ...opportunity, ...end }))));
  try {
    const call = leverClient(simulator.apiUrl);
    let offset = '';
    for (const page of pages) {
      const query = `limit=2${offset && `&offset=${encodeURIComponent(offset)}`}`;
      const { body } = await call('GET', `/opportunities?${query}`);
      expect(body.data.map(({ id }: { id: string }) => id)).toEqual([page.first.id, page.last.id]);
      expect([body.hasNext, body.next ?? null]).toEqual([page.hasNext, page.next]);
      expect(schemas.list(schemas.leverOpportunity).parse(body).next ?? null).toBe(page.next);
      offset = body.next ?? '';
    }
    expect(pages).toHaveLength(11);
  } finally {
    await simulator.stop();
  }
});

/** Keys and JSON types; of a list the different shapes of its items, in no order. */
function structure(value: Json): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(structure(item))))].sort();
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, structure(value[key])]),
  );
}

test('the seeded account answers with the recorded structure as well', async () => {
  const simulator = await startLeverSimulator();
  try {
    const call = leverClient(simulator.apiUrl);
    const read = async (path: string) => structure((await call('GET', path)).body.data);
    const wanted = (file: string, change: object = {}) =>
      structure({ ...recorded(file).response.data, ...change });
    expect(await read(`/users/${SEED.users.superAdmin}`)).toEqual(wanted('get-user.json'));
    expect(await read('/stages')).toEqual(structure(recorded('get-stages.json').response.data));
    const posting = { tags: ['x'], distributionChannels: ['internal'] };
    expect(await read(`/postings/${SEED.postings.storeManager}`)).toEqual(
      wanted('get-posting.json', posting),
    );
    const candidate = { archived: null, sourcedBy: null, phones: [] };
    expect(await read(`/opportunities/${simulator.admin.candidates()[0]}`)).toEqual(
      wanted('get-opportunity.json', candidate),
    );
  } finally {
    await simulator.stop();
  }
});
