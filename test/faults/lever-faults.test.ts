import type { Candidate } from '../helpers/process-world';
import { startProcessWorld } from '../helpers/process-world';
import { useWorld } from '../helpers/use-world';
import { complete, enter, expectEachOnce, untilInvited } from './run';
import type { Trouble } from './trouble';

const troubles: { name: string; trouble: Trouble }[] = [
  { name: '429', trouble: { kind: 'status', status: 429 } },
  { name: '429 with Retry-After', trouble: { kind: 'status', status: 429, retryAfter: 1 } },
  { name: '500', trouble: { kind: 'status', status: 500 } },
  { name: '503', trouble: { kind: 'status', status: 503 } },
  { name: '500 although it was written', trouble: { kind: 'status-after', status: 500 } },
  { name: '503 although it was written', trouble: { kind: 'status-after', status: 503 } },
  { name: 'a connection dropped before the write', trouble: { kind: 'drop-before' } },
  { name: 'a connection dropped after the write', trouble: { kind: 'drop-after' } },
  { name: 'a timeout after the write', trouble: { kind: 'timeout-after' } },
];

/** Every writing request of a run, with how often it is sent when all is well. */
const writes = [
  { route: '/addTags', count: 2 },
  { route: '/addLinks', count: 2 },
  { route: '/removeTags', count: 1 },
  { route: '/notes', count: 1 },
];

interface Case {
  name: string;
  arm: (candidate: Candidate) => void;
  /** How many requests meet a fault. */
  met: number;
}

const cases: Case[] = [
  ...troubles.map(({ name, trouble }) => ({
    name: `each write meets ${name}`,
    arm: (candidate: Candidate) => {
      for (const { route, count } of writes) {
        for (let index = 0; index < count; index += 1) {
          // The second write of a route comes after the repeat of the first, which passes.
          arm(candidate, 'POST', route, { ...trouble, count: 1, skip: index === 0 ? 0 : 1 });
        }
      }
    },
    met: writes.reduce((sum, { count }) => sum + count, 0),
  })),
  ...troubles.map(({ name, trouble }) => ({
    name: `each look meets ${name} three times`,
    arm: (candidate: Candidate) =>
      ['', '/notes'].forEach((route) => arm(candidate, 'GET', route, { ...trouble, count: 3 })),
    met: 6,
  })),
  {
    name: 'a note is written, and the answers to it would be 500 for ever',
    arm: (candidate) => arm(candidate, 'POST', '/notes', { kind: 'status-after', status: 500, count: 100 }),
    // The look after the first one finds the note: there is no second write to meet it.
    met: 1,
  },
];

const world = useWorld(startProcessWorld);
const arm = ({ opportunityId }: Candidate, method: string, route: string, trouble: Trouble): void =>
  world.lever.admin.fault({ ...trouble, method, path: `/opportunities/${opportunityId}${route}` });

/** Brings one candidate to the end, and answers how many requests met a fault on the way. */
async function assess(armFor: Case['arm']): Promise<number> {
  const candidate = enter(world);
  armFor(candidate);
  world.move(candidate);
  await untilInvited(world, candidate);
  complete(world, candidate);
  await expectEachOnce(world, candidate);
  return world.lever.admin
    .requests()
    .filter(({ path, fault }) => path.includes(candidate.opportunityId) && fault !== undefined).length;
}

// Side by side: the faults are bound to one candidate's routes, and most of the time is spent waiting.
test.concurrent.each(cases)('$name: each effect once', async ({ arm: armFor, met }) => {
  expect(await assess(armFor)).toBe(met);
});
