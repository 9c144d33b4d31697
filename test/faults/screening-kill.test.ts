import { randomUUID } from 'node:crypto';
import { assemble } from '../../scripts/assemble';
import { SEED } from '../../simulators/lever/seed';
import { defaultSecret, startUpwageSimulator } from '../../simulators/upwage/server';
import type { PassingRequest, Strike } from '../helpers/http-gate';
import { repeatedFor, waitMs } from '../helpers/limits';
import { startProcessWorld } from '../helpers/process-world';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { allOver, recordedRuns } from './run';

/** The worker dies while it looks for a screened person's opportunity, or makes one: there must be one, and only one. */

const postingId = SEED.postings.storeClerk;

const world = useWorld(() =>
  assemble(async (atEnd) => {
    const processes = await startProcessWorld();
    atEnd(() => processes.stop());
    const upwage = await startUpwageSimulator({ callbackRetries: repeatedFor(waitMs, 300) });
    atEnd(() => upwage.stop());
    return { ...processes, upwage };
  }),
);
let screenerId: string;
beforeAll(async () => {
  screenerId = world.upwage.admin.addScreener('Store Clerk', postingId).id;
  const { callbackUrl } = await world.ask<{ callbackUrl: string }>('/connections', {
    vendor: 'upwage',
    customer: 'Fault Stores',
    lever: { apiKey: SEED.apiKey },
    credentials: { webhookSecret: defaultSecret },
    settings: { performAs: SEED.users.service, screeners: [{ screenerId, postingId }] },
  });
  world.upwage.admin.sendTo(callbackUrl);
});

const asked = ({ path }: PassingRequest): URLSearchParams => new URL(path, 'http://lever').searchParams;
const finds = (request: PassingRequest): boolean =>
  request.method === 'GET' && /^\/v1\/opportunities\?/.test(request.path) && asked(request).has('email');
const creates = ({ method, path }: PassingRequest): boolean =>
  method === 'POST' && /^\/v1\/opportunities(\?|$)/.test(path);

interface Moment extends Pick<Strike, 'matches' | 'when'> {
  name: string;
}

const moments: Moment[] = [
  {
    name: 'it looks among those of the posting',
    matches: (request) => finds(request) && asked(request).has('posting_id'),
    when: 'arrives',
  },
  {
    name: 'it has found nobody',
    matches: (request) => finds(request) && !asked(request).has('posting_id'),
    when: 'answered',
  },
  { name: 'it is about to create the opportunity', matches: creates, when: 'arrives' },
  { name: 'the opportunity is created and it does not know', matches: creates, when: 'answered' },
];

test.each(moments)('the worker is killed when $name', async ({ matches, when }) => {
  const email = `${randomUUID()}@candidates.test`;
  const killed = world.gates.lever.strike({ matches, when, act: () => world.hub.kill('worker'), drop: true });
  // Two conversations of one new person: the second search must not overtake the one that was broken off.
  const ids = [1, 2].map(() => world.upwage.admin.open({ screenerId, email }).id);
  for (const id of ids) world.upwage.admin.complete(id);
  await killed;
  await world.hub.start('worker');

  const { admin } = world.lever;
  const theirs = () =>
    admin
      .candidates()
      .map((id) => admin.candidate(id))
      .filter(({ emails }) => emails.includes(email));
  const ended = await until(
    'both runs are over',
    async () => {
      const [made] = theirs();
      return made === undefined ? [] : recordedRuns(world, made.id);
    },
    (runs) => runs.length === ids.length && allOver(runs),
  );
  expect(ended.map(({ status, attention }) => ({ status, attention }))).toEqual([
    { status: 'completed', attention: false },
    { status: 'completed', attention: false },
  ]);
  const [made, ...more] = theirs();
  expect(more).toEqual([]);
  expect(made).toMatchObject({ posting: postingId, tags: expect.arrayContaining(['UW Screened: PASSED']) });
  // Both conversations end alike, so their documents are the same one.
  expect(made?.files).toHaveLength(1);
});
