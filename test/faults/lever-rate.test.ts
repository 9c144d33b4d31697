import type { Person } from '../helpers/actions';
import { applicant, applications, deliveriesOf, inLever, move, runsOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { withWorld } from '../helpers/use-world';
import { startWorld, type World } from '../helpers/world';

/** What a Temporal server without rates means: nothing holds the requests back but Lever's 429. */

const people = 16;

const isInvited = (world: World, person: Person): boolean => {
  const { tags, links } = inLever(world, person);
  return tags.includes('POP-IN-Progress') && links.length === 1;
};

test.each([
  { name: 'with Retry-After', retryAfter: true },
  { name: 'without Retry-After', retryAfter: false },
])('Lever refuses what is too fast, $name: all are invited, each once', ({ retryAfter }) =>
  // The hub's own rate is lifted in a test world.
  withWorld(
    () => startWorld({ lever: { retryAfter } }),
    async (world) => {
      // Of any two requests at once one is too many, so that a slow hub is too fast as well.
      world.lever.admin.configure({ rate: { perSecond: 20, burst: 1 } });
      const all = Array.from({ length: people }, () => applicant(world));
      for (const person of all) move(world, person);
      await until(
        'all are invited',
        () => all.filter((person) => !isInvited(world, person)),
        ({ length }) => length === 0,
      );

      // How many depends on how fast the hub could be here.
      expect(world.lever.admin.requests({ status: 429 })).not.toEqual([]);
      for (const person of all) {
        expect(applications(world, person)).toHaveLength(1);
        const runs = await until(
          'it is on record',
          () => runsOf(world, person),
          ([run]) => run?.status === 'invited',
        );
        expect(runs).toMatchObject([{ status: 'invited', attention: false }]);
        // A hub that is slow to answer hears of a move once more.
        const verdicts = (await deliveriesOf(world, person)).map(({ verdict }) => verdict);
        expect(verdicts.filter((verdict) => verdict !== 'duplicate')).toEqual(['started']);
      }
    },
  ),
);
