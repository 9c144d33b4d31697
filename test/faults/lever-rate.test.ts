import { applicant, applications, deliveriesOf, inLever, move, runsOf } from '../helpers/story';
import type { Person } from '../helpers/story';
import { until } from '../helpers/until';
import { startWorld, type World } from '../helpers/world';

/** What a Temporal server without rates means: nothing holds the requests back but Lever's 429. */

let world: World;
afterEach(() => world?.stop());

const people = 40;

const isInvited = (person: Person): boolean => {
  const { tags, links } = inLever(world, person);
  return tags.includes('POP-IN-Progress') && links.length === 1;
};
const notInvited = (all: Person[]): Person[] => all.filter((person) => !isInvited(person));

test.each([
  { name: 'with Retry-After', retryAfter: true },
  { name: 'without Retry-After', retryAfter: false },
])('Lever refuses what is too fast, $name: all are invited, each once', async ({ retryAfter }) => {
  // The hub's own rate is lifted in a test world.
  world = await startWorld({ lever: { rate: { perSecond: 8, burst: 8 }, retryAfter } });
  const all = Array.from({ length: people }, () => applicant(world));
  for (const person of all) move(world, person);
  await until(
    'all are invited',
    () => notInvited(all),
    ({ length }) => length === 0,
  );

  const refused = world.lever.admin.requests({ status: 429 }).length;
  expect(refused).toBeGreaterThan(people / 2);
  for (const person of all) {
    expect(applications(world, person)).toHaveLength(1);
    expect(await runsOf(world, person)).toMatchObject([{ status: 'invited', attention: false }]);
    expect(await deliveriesOf(world, person)).toHaveLength(1);
  }
});
