import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { LeverClient } from '../../../lever/client';
import { createLeverClient } from '../../../lever/client';
import type { OpportunityFilter } from '../../../lever/opportunities';
import type { HttpClient } from '../../../platform/http/client';
import { createHttpClient } from '../../../platform/http/client';
import { SEED } from '../../../simulators/lever/seed';
import type { LeverSimulator } from '../../../simulators/lever/server';
import { startLeverSimulator } from '../../../simulators/lever/server';
import type { LocalServer } from './local-server';
import { startLocalServer } from './local-server';

const http = createHttpClient({ timeoutMs: 5_000, userAgent: 'fulcrum-test' });
afterAll(() => http.close());

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('a list read while candidates move', () => {
  let lever: LeverSimulator;
  let client: LeverClient;
  beforeAll(async () => {
    lever = await startLeverSimulator({ rate: false, webhooksEnabled: false });
    const key = Buffer.from(`${SEED.apiKey}:`).toString('base64');
    client = createLeverClient({
      apiUrl: lever.apiUrl,
      http,
      authorization: () => Promise.resolve(`Basic ${key}`),
      performAs: null,
    });
  });
  afterAll(() => lever.stop());

  /** In pipeline order. */
  const stages = ['lead-new', 'lead-responded', 'applicant-new', SEED.stages.assessment, 'offer'] as const;
  type StageIndex = 0 | 1 | 2 | 3 | 4;

  /** Candidates of one account who have nothing to do with those of other tests: they share a tag. */
  const people = (where: StageIndex[]): { tag: string; ids: string[] } => {
    const tag = randomUUID();
    const ids = where.map((index) =>
      lever.admin.addCandidate({
        name: 'Ada Test',
        email: `${randomUUID()}@example.com`,
        stage: stages[index],
        tags: [tag],
      }),
    );
    return { tag, ids };
  };
  const move = (id: string | undefined, index: StageIndex): void =>
    lever.admin.moveCandidate(id ?? '', stages[index], { silent: true });

  /** Reads the list, with moves after some of its items; what was met, in its order. */
  async function readWhile(
    filter: OpportunityFilter,
    moves: { after: number; act: () => void }[],
  ): Promise<string[]> {
    const met: string[] = [];
    for await (const { id } of client.listOpportunities(filter)) {
      met.push(id);
      for (const { after, act } of moves) if (after === met.length) act();
    }
    return met;
  }

  it('gives each once: one leaps into the pages already read, one into those to come', async () => {
    const { tag, ids } = people([1, 1, 2, 2, 3, 3]);
    const moves = [{ after: 2, act: () => (move(ids[5], 0), move(ids[0], 4)) }];
    const met = await readWhile({ tag, limit: 2 }, moves);
    expect([...met].sort()).toEqual([...ids].sort());
  });

  it('would give one twice and another not at all without it', async () => {
    const { tag, ids } = people([1, 1, 2, 2, 3, 3]);
    const met: string[] = [];
    for (let next: string | null | undefined; next !== null;) {
      const page = await client.pageOfOpportunities({ tag, limit: 2 }, next);
      met.push(...page.items.map(({ id }) => id));
      next = page.next;
      if (met.length === 2) {
        const [first, leaper] = [met[0], ids.filter((id) => !met.includes(id)).at(-1)];
        move(first, 4);
        move(leaper, 0);
        expect(ids).toContain(leaper);
      }
    }
    expect(met.length - new Set(met).size).toBe(1);
    expect(new Set(met).size).toBe(ids.length - 1);
  });

  it('gives each once, whoever moves whenever wherever', async () => {
    const index = fc.constantFrom<StageIndex>(0, 1, 2, 3, 4);
    const someMoves = fc.array(
      fc.record({ after: fc.integer({ min: 1, max: 12 }), who: fc.nat({ max: 11 }), to: index }),
      { maxLength: 25 },
    );
    const some = fc.array(index, { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(some, someMoves, fc.integer({ min: 1, max: 5 }), async (where, given, limit) => {
        const { tag, ids } = people(where);
        const moves = given.map(({ after, who, to }) => {
          return { after, act: () => (who < ids.length ? move(ids[who], to) : undefined) };
        });
        const met = await readWhile({ tag, limit }, moves);
        expect([...met].sort()).toEqual([...ids].sort());
      }),
      { numRuns: 60 },
    );
  });

  it('reads a stage whose people come and go, everyone who stays exactly once', async () => {
    const { tag, ids } = people([3, 3, 3, 3, 3, 3]);
    const stageId = SEED.stages.assessment;
    const [left, back] = [ids[0], ids[1]];
    // Leaving and coming back makes somebody the stage's newest, hence its first.
    const moves = [{ after: 2, act: () => (move(left, 4), move(back, 4), move(back, 3)) }];
    const met = await readWhile({ tag, stageId, limit: 2 }, moves);
    expect(new Set(met).size).toBe(met.length);
    expect(met).toEqual(expect.arrayContaining(ids.slice(1)));
  });

  it('costs one request more than its pages, and none where there is one page', async () => {
    const { tag } = people([1, 2, 3, 4]);
    const asked = async (filter: OpportunityFilter): Promise<Record<string, unknown>[]> => {
      lever.admin.clearRequests();
      await collect(client.listOpportunities({ tag, ...filter }));
      return lever.admin.requests().map(({ query }) => query);
    };
    await expect(asked({ limit: 4 })).resolves.toEqual([{ tag, limit: '4' }]);
    const started = Date.now();
    const [first, second, again, ...rest] = await asked({ limit: 2, archived: false });
    expect([first, second]).toMatchObject([{ limit: '2' }, { limit: '2', offset: expect.any(String) }]);
    expect(rest).toEqual([]);
    expect(again).toMatchObject({ tag, archived: 'false' });
    // The window begins a little before the list did, and never before what was asked for.
    const since = Number(again?.['updated_at_start']);
    expect(since).toBeLessThanOrEqual(started);
    expect(since).toBeGreaterThan(started - 10 * 60_000);
    const updatedAtStart = Date.now() - 60_000;
    const [, , narrow] = await asked({ limit: 2, updatedAtStart });
    expect(narrow).toMatchObject({ updated_at_start: String(updatedAtStart) });
  });
});

describe('the pages of a list', () => {
  let server: LocalServer;
  let client: LeverClient;
  beforeEach(async () => {
    server = await startLocalServer();
    client = createLeverClient({
      apiUrl: server.url,
      http,
      authorization: () => Promise.resolve('Bearer one'),
      performAs: null,
    });
  });
  afterEach(() => server.close());

  it('are followed as the live account names them, the token encoded once more', async () => {
    const pages = JSON.parse(
      readFileSync(join(__dirname, '../../fixtures/lever/opportunities-pagination-skeleton.json'), 'utf8'),
    ) as { request: { offset?: string }; hasNext: boolean; next: string | null; first: { id: string } }[];
    server.replies.push(
      ...pages.map((page) => ({
        body: { data: [{ id: page.first.id }], hasNext: page.hasNext, ...(page.next && { next: page.next }) },
      })),
      { body: { data: [], hasNext: false } },
    );
    const found = await collect(client.listOpportunities({ stageId: 'offer', limit: 100, archived: false }));
    expect(found.map(({ id }) => id)).toEqual(pages.map((page) => page.first.id));
    const asked = server.seen.map(({ url }) => new URL(url, server.url).searchParams);
    expect(asked.map((search) => search.get('offset') ?? undefined)).toEqual([
      ...pages.map((page) => page.request.offset),
      undefined,
    ]);
    expect(asked.every((search) => search.get('stage_id') === 'offer')).toBe(true);
  });

  it.each([
    ['hasNext is absent', { data: [{ id: 'a' }] }],
    ['hasNext is absent, whatever next says', { data: [{ id: 'a' }], next: 'x' }],
    ['hasNext is false and next a leftover', { data: [{ id: 'a' }], hasNext: false, next: 'x' }],
  ])('end where %s', async (_, body) => {
    server.replies.push({ body });
    await expect(client.pageOfOpportunities({})).resolves.toMatchObject({ next: null });
    await expect(collect(client.listOpportunities({}))).resolves.toHaveLength(1);
    expect(server.seen).toHaveLength(2);
  });

  const stale = { status: 400, body: { code: 'BadRequestError', message: 'Invalid offset token' } };
  const some = (ids: string[], next?: string) => ({
    body: {
      data: ids.map((id) => ({ id, text: id, event: 'e', url: 'u' })),
      hasNext: next !== undefined,
      next,
    },
  });
  /** What every reader of a list gives, as ids. */
  const readers: [string, (reader: LeverClient) => Promise<{ id: string }[]>][] = [
    ['opportunities', (reader) => collect(reader.listOpportunities({}))],
    ['notes', (reader) => collect(reader.listNotes('o'))],
    ['files', (reader) => collect(reader.listFiles('o'))],
    ['postings', (reader) => collect(reader.listPostings())],
    ['stages', (reader) => reader.listStages()],
    ['archive reasons', (reader) => reader.listArchiveReasons()],
    ['users', (reader) => reader.listUsers()],
    ['webhooks', (reader) => reader.listWebhooks()],
  ];

  it.each(readers)(
    'of %s are begun anew when Lever no longer takes a token; nothing comes twice',
    async (_, read) => {
      server.replies.push(some(['a', 'b'], 'x'), some(['c'], 'y'), stale);
      // Meanwhile one came, and one moved to another page.
      server.replies.push(some(['n', 'a'], 'z'), some(['b', 'c', 'd']), some([]));
      const found = await read(client);
      expect(found.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'n', 'd']);
      const asked = server.seen.map(({ url }) => new URL(url, server.url).searchParams.get('offset'));
      expect(asked.slice(0, 5)).toEqual([null, 'x', 'y', null, 'z']);
    },
  );

  it.each(readers)('of %s are not begun anew without end', async (_, read) => {
    server.replies.push(({ url }) => (url.includes('offset') ? stale : some(['a'], 'x')));
    await expect(read(client)).rejects.toMatchObject({ code: 'lever.bad_request' });
    expect(server.seen).toHaveLength(8);
  });

  it('are not begun anew for a first page that is refused', async () => {
    server.replies.push(stale);
    await expect(collect(client.listPostings())).rejects.toMatchObject({ code: 'lever.bad_request' });
    expect(server.seen).toHaveLength(1);
  });

  const page = (next?: string) => ({ body: { data: [{ id: 'a' }], hasNext: true, ...(next && { next }) } });
  const fault = (words: string) => ({ code: 'lever.unexpected', message: expect.stringContaining(words) });

  it('are not read round and round when a token comes again', async () => {
    server.replies.push(page('x'), page('y'), page('x'));
    await expect(collect(client.listOpportunities({}))).rejects.toMatchObject(
      fault("Lever's list GET /opportunities names the same next page twice"),
    );
    expect(server.seen).toHaveLength(3);
    await expect(collect(client.listNotes('o'))).rejects.toMatchObject(fault('/opportunities/:id/notes'));
  });

  it('are not read without end when each names another', async () => {
    let asked = 0;
    const endless: HttpClient = {
      request: async () => {
        const body = { data: [{ id: 'a' }], hasNext: true, next: `token-${(asked += 1)}` };
        const text = JSON.stringify(body);
        return { status: 200, headers: {}, body: Buffer.from(text), text: () => text, json: () => body };
      },
    };
    const authorization = (): Promise<string> => Promise.resolve('Bearer one');
    const reader = createLeverClient({ apiUrl: server.url, http: endless, authorization, performAs: null });
    await expect(collect(reader.listPostings())).rejects.toMatchObject(fault('does not end'));
    expect(asked).toBe(1_000);
  });

  it('are not taken for all when there are more and nobody says where', async () => {
    server.replies.push(page());
    await expect(collect(client.listOpportunities({}))).rejects.toMatchObject(fault('goes on'));
    await expect(client.pageOfOpportunities({})).rejects.toMatchObject(fault('goes on'));
  });
});
