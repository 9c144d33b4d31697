import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountData } from '../../simulators/lever/admin';
import type { Contact, Opportunity, Posting, User } from '../../simulators/lever/model';
import { EVENTS_WITH_ORIGINS, ORIGINS } from '../../simulators/lever/model';
import { addPosting, SEED } from '../../simulators/lever/seed';
import { startLeverSimulator } from '../../simulators/lever/server';
import { LeverState } from '../../simulators/lever/state';
import { DEFAULT_BEHAVIOUR } from '../../simulators/lever/options';
import { leverClient } from './lever-client';

const FOLDER = join(__dirname, 'lever-recordings');

// Recorded JSON is read as it is.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;
const recorded = (file: string): Json => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));

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

const stageIds = ['lead-new', 'lead-reached-out', 'lead-responded', 'applicant-new'];
const STAGES = [
  ...stageIds.map((id, i) => ({ id, text: id, rank: [1, 3, 5, 101][i]! })),
  { id: '2ca03d97-d4f2-4a97-89de-96c8b0d07924', text: 'Recruiter screen', rank: 201 },
  { id: '68f08350-a035-4d89-83c2-79164dbf2cf8', text: 'HM Screen', rank: 230.5 },
  { id: '25cba92d-7eaf-4d42-83f9-38874c95ef1b', text: 'On-site interview', rank: 231 },
  { id: '1d8976ae-3fd9-44ed-bf5b-4aa019929779', text: 'Stage', rank: 231.5 },
  { id: 'offer', text: 'Offer', rank: 261 },
  { id: 'c78a59b9-0f6c-42a1-8cac-c7911d3e450d', text: 'Stage', rank: 265.5 },
];

const PAGES = recorded('opportunities-pagination-skeleton.json') as Json[];
PAGES.flatMap((page) => [page.first, page.last]).forEach(({ stage }: { stage: string }) => {
  if (!STAGES.some((known) => known.id === stage)) throw new Error(`No rank is known for stage ${stage}`);
});

/** A user, contact, posting and opportunity behind one recorded opportunity. */
function accountBehind(json: Json): Required<Pick<AccountData, 'contacts' | 'opportunities' | 'postings'>> {
  const contact: Contact = {
    id: json.contact,
    name: json.name,
    headline: json.headline,
    isAnonymized: json.isAnonymized,
    location: json.location,
    emails: json.emails,
    phones: json.phones,
    links: json.links,
    dataProtection: null,
  };
  const applicationId: string | undefined = json.applications[0];
  const posting = `posting of ${json.id}`;
  const opportunity: Opportunity = {
    ...json,
    application: applicationId
      ? {
          id: applicationId,
          type: 'user',
          posting,
          user: json.owner,
          createdAt: 1,
          archived: null,
          requisitionForHire: null,
        }
      : null,
  };
  const location = json.opportunityLocation as string | undefined;
  const postings = location === undefined ? [] : [newPosting(posting, { location })];
  return { contacts: [contact], opportunities: [opportunity], postings };
}

function newPosting(
  id: string,
  options: { location: string; department?: string; team?: string; text?: string },
): Posting {
  const scratch = new LeverState('http://127.0.0.1', { ...DEFAULT_BEHAVIOUR });
  return addPosting(scratch, { text: 'Posting', ...options, id, owner: null, createdAt: 1 });
}

const merged = (items: Json[]): AccountData => {
  const each = items.map(accountBehind);
  return {
    contacts: each.flatMap((one) => one.contacts),
    opportunities: each.flatMap((one) => one.opportunities),
    postings: each.flatMap((one) => one.postings),
  };
};

const opportunity = recorded('get-opportunity.json').response.data;
const performers: User[] = [
  ...recorded('users.json').response.data,
  recorded('get-user.json').response.data,
].filter((user: User, i, all: User[]) => all.findIndex((other) => other.id === user.id) === i);
const note = recorded('get-note.json').response.data;

/** One opportunity as it stood before the recorded write. */
const before = (change: object): AccountData => merged([{ ...opportunity, ...change }]);

/** What the account held when each answer was recorded. */
const ACCOUNTS: Record<string, AccountData> = {
  'create-note.json': merged([opportunity]),
  'create-opportunity.json': {
    contacts: [{ ...accountBehind(opportunity).contacts[0]!, ...knownContact() }],
    postings: [
      {
        ...newPosting('75ff237f-c221-4c26-8b23-faf395f5ea1c', {
          text: 'Nango Seed Posting 1 - Updated',
          department: 'Research & Development',
          team: 'Engineering',
          location: 'San Francisco, CA',
        }),
        followers: ['32bc4d3b-1aa6-4e2b-92d0-2e575047001e'],
      },
    ],
  },
  'create-webhook.json': {},
  'delete-webhook.json': { webhooks: recorded('get-webhooks.json').response.data.map(storedWebhook) },
  'get-application.json': applicationAccount(recorded('get-application.json').response.data),
  'get-contact.json': { contacts: [storedContact(recorded('get-contact.json').response.data)] },
  'get-note.json': { ...merged([opportunity]), notes: [{ opportunityId: opportunity.id, note }] },
  'get-opportunity-file-actions.json': merged([opportunity]),
  'get-opportunity.json': merged([opportunity]),
  'get-posting.json': { postings: [recorded('get-posting.json').response.data] },
  'get-postings.json': { postings: recorded('get-postings.json').response.data },
  'get-stages.json': {},
  'get-tags.json': merged([opportunity]),
  'get-user.json': {},
  'get-webhooks.json': { webhooks: recorded('get-webhooks.json').response.data.map(storedWebhook) },
  'opportunities-last-page.json': merged(recorded('opportunities-last-page.json').response.data),
  'opportunities-page-1-head.json': merged(recorded('opportunities-page-1-head.json').response.data),
  'update-opportunity-archived.json': before({ stage: 'lead-new' }),
  // Between the recordings the posting was renamed, which put its tag to the end.
  'update-opportunity-links.json': before({
    links: [],
    tags: recorded('update-opportunity-links.json').response.data.tags,
  }),
  'update-opportunity-stage.json': before({
    stage: 'lead-new',
    stageChanges: opportunity.stageChanges.slice(0, 1),
    lastAdvancedAt: 1782973989263,
  }),
  'update-opportunity-tags.json': before({
    tags: recorded('update-opportunity-tags.json').response.data.tags.slice(0, -1),
    sources: recorded('update-opportunity-tags.json').response.data.sources,
  }),
  'users.json': {},
};

function knownContact() {
  const { contact, name, headline, phones } = recorded('create-opportunity.json').response.data;
  return { id: contact, name, headline, phones, emails: ['test@nango.dev'], links: [] };
}

function storedWebhook(json: Json) {
  const origins = EVENTS_WITH_ORIGINS.includes(json.event) ? [...ORIGINS] : null;
  return { ...json, origins, signatureToken: 'token', madeBy: 'api', credential: null };
}

function storedContact(json: Json): Contact {
  return { ...json, location: json.location.name, links: [] };
}

function applicationAccount(json: Json): AccountData {
  const account = accountBehind(opportunity);
  account.opportunities[0]!.application = json;
  return {
    ...account,
    postings: [{ ...newPosting(json.posting, { location: '' }), owner: json.postingOwner }],
  };
}

async function simulatorWith(account: AccountData) {
  const simulator = await startLeverSimulator({ seed: 'empty', rate: false });
  const archiveReasons = [
    { id: opportunity.archived.reason, text: 'Reason', status: 'active', type: 'non-hired' },
  ] as const;
  simulator.admin.load({
    stages: STAGES,
    users: performers,
    archiveReasons: [...archiveReasons],
    ...account,
  });
  return simulator;
}

test('every recording has its place in this suite', () => {
  const names = [...Object.keys(ACCOUNTS), 'opportunities-pagination-skeleton.json'];
  expect(readdirSync(FOLDER).sort()).toEqual(names.sort());
});

describe('status and structure of the answer are those recorded:', () => {
  test.each(Object.keys(ACCOUNTS))('%s', async (file) => {
    const {
      method = 'GET',
      path = '/v1/opportunities',
      request = {},
      status = 200,
      response,
    } = recorded(file);
    const simulator = await simulatorWith(ACCOUNTS[file]!);
    try {
      // The recorded pages are cut short: only as many items as were kept can be asked for.
      const isPage = file.startsWith('opportunities-');
      if (file === 'opportunities-page-1-head.json') simulator.admin.load(merged([followingItem()]));
      const params = { ...request.params, ...(isPage ? { limit: String(response.data.length) } : {}) };
      const query = new URLSearchParams(params).toString();
      const call = leverClient(simulator.url);
      const answer = await call(method, `${path}${query && `?${query}`}`, request.data);
      expect(answer.status).toBe(status);
      expect(structure(answer.body)).toEqual(structure(response));
      if (isPage) expect(answer.body.data.map(idOf)).toEqual(response.data.map(idOf));
      expect(answer.body.next).toBe(response.next);
      const [shown, wanted] = [answer.body.data, response.data];
      if (wanted?.stageChanges) {
        expect(shown).toMatchObject({
          tags: wanted.tags,
          name: wanted.name,
          links: wanted.links,
          phones: wanted.phones,
        });
      }
    } finally {
      await simulator.stop();
    }
  });
});

const idOf = (item: { id: string }) => item.id;

/** The item that the first page's token names. */
function followingItem(): Json {
  const [, lastAdvancedAt, id] = JSON.parse(
    decodeURIComponent(recorded('opportunities-page-1-head.json').response.next),
  );
  return { ...opportunity, id, stage: 'lead-reached-out', lastAdvancedAt };
}

test('opportunities-pagination-skeleton.json: the same order and the same tokens over eleven pages', async () => {
  const ends = PAGES.flatMap((page) => [page.first, page.last]);
  const simulator = await simulatorWith(merged(ends.map((end) => ({ ...opportunity, ...end }))));
  try {
    const call = leverClient(simulator.apiUrl);
    let offset = '';
    for (const page of PAGES) {
      const answer = await call(
        'GET',
        `/opportunities?limit=2${offset && `&offset=${encodeURIComponent(offset)}`}`,
      );
      expect(answer.body.data.map(idOf)).toEqual([page.first.id, page.last.id]);
      expect([answer.body.hasNext, answer.body.next ?? null]).toEqual([page.hasNext, page.next]);
      offset = answer.body.next ?? '';
    }
  } finally {
    await simulator.stop();
  }
});

test('the seeded account answers with the recorded structure as well', async () => {
  const simulator = await startLeverSimulator();
  try {
    const call = leverClient(simulator.apiUrl);
    const read = async (path: string) => structure((await call('GET', path)).body.data);
    expect(await read(`/users/${SEED.users.superAdmin}`)).toEqual(
      structure(recorded('get-user.json').response.data),
    );
    expect(await read('/stages')).toEqual(structure(recorded('get-stages.json').response.data));
    const posting = {
      ...recorded('get-posting.json').response.data,
      tags: ['x'],
      distributionChannels: ['internal'],
    };
    expect(await read(`/postings/${SEED.postings.storeManager}`)).toEqual(structure(posting));
    const candidate = { ...opportunity, archived: null, sourcedBy: null, phones: [] };
    expect(await read(`/opportunities/${simulator.admin.candidates()[0]}`)).toEqual(structure(candidate));
  } finally {
    await simulator.stop();
  }
});
