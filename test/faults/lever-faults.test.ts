import type { Fault } from '../../simulators/lever/faults';
import { complete, enter, expectEachOnce, untilInvited } from './run';
import { startSite } from './site';
import type { Candidate, Site } from './site';

/** What Lever can do to a request; `count` and route are given by the test. */
type Trouble = Omit<Fault, 'path' | 'method' | 'count' | 'skip'>;

const troubles: { name: string; trouble: Trouble }[] = [
  { name: '429', trouble: { kind: 'status', status: 429 } as Trouble },
  { name: '429 with Retry-After', trouble: { kind: 'status', status: 429, retryAfter: 1 } as Trouble },
  { name: '500', trouble: { kind: 'status', status: 500 } as Trouble },
  { name: '503', trouble: { kind: 'status', status: 503 } as Trouble },
  { name: '500 although it was written', trouble: { kind: 'status-after', status: 500 } as Trouble },
  { name: 'a connection dropped before the write', trouble: { kind: 'drop-before' } },
  { name: 'a connection dropped after the write', trouble: { kind: 'drop-after' } },
  { name: 'a timeout after the write', trouble: { kind: 'timeout-after' } },
];

/** Every writing request of a run, with how often the run sends it. */
const writes = [
  { route: 'addTags', count: 2 },
  { route: 'addLinks', count: 2 },
  { route: 'removeTags', count: 1 },
  { route: 'notes', count: 1 },
];

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, 180_000);
afterAll(() => site?.stop());

const arm = (candidate: Candidate, method: string, route: string, count: number, trouble: Trouble): void =>
  site.lever.admin.fault({
    ...trouble,
    method,
    path: `/opportunities/${candidate.opportunityId}${route}`,
    count,
  } as Fault);

const played = ({ opportunityId }: Candidate): number =>
  site.lever.admin
    .requests({ path: '*' })
    .filter(({ path, fault }) => path.includes(opportunityId) && fault !== undefined).length;

async function assess(candidate: Candidate): Promise<void> {
  site.move(candidate);
  await untilInvited(site, candidate);
  complete(site, candidate);
  await expectEachOnce(site, candidate);
}

test.each(troubles)(
  'Lever answers each first write with $name: each effect once',
  async ({ trouble }) => {
    const candidate = enter(site);
    for (const { route, count } of writes) {
      // Of two requests to one route the second must meet it as well, after the repeat of the first.
      for (let index = 0; index < count; index += 1) arm(candidate, 'POST', `/${route}`, 1, trouble);
    }
    await assess(candidate);
    expect(played(candidate)).toBe(writes.reduce((sum, { count }) => sum + count, 0));
  },
  120_000,
);

test.each(troubles)(
  'Lever answers each look three times with $name: the run ends right',
  async ({ trouble }) => {
    const candidate = enter(site);
    arm(candidate, 'GET', '', 3, trouble);
    arm(candidate, 'GET', '/notes', 3, trouble);
    await assess(candidate);
    expect(played(candidate)).toBe(6);
  },
  120_000,
);

test('Lever writes a note and says 500 four times in a row: one note', async () => {
  const candidate = enter(site);
  arm(candidate, 'POST', '/notes', 4, { kind: 'status-after', status: 500 } as Trouble);
  await assess(candidate);
  // The first look after it finds the note, so there is no second write that the fault could meet.
  expect(played(candidate)).toBe(1);
}, 120_000);
