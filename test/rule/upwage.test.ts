import { useWorld } from '../helpers/use-world';
import { faultNames } from './faults';
import { playScreening, screeningSites, startScreeningWorld } from './screenings';

const world = useWorld(startScreeningWorld);

const cells = screeningSites.flatMap((site) =>
  faultNames.map((fault) => ({ name: [site.activity, site.part].filter(Boolean).join(': '), fault, site })),
);

test.concurrent.each(cells)('$name meets $fault', async ({ site, fault }) => {
  await playScreening(world, site, fault);
});
