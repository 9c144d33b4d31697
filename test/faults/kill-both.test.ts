import { createHash } from 'node:crypto';
import { killAt } from './kill';
import { startSite } from './site';
import type { Site } from './site';
import { steps } from './steps';
import type { Step } from './steps';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site?.stop());

/** The same step for the same seed, until the table of steps changes. */
const stepOf = (seed: string): Step => {
  const index = createHash('sha256').update(seed).digest().readUInt32BE() % steps.length;
  return steps[index] as Step;
};

test.each(['one', 'two', 'three'].map((seed) => ({ seed, ...stepOf(seed) })))(
  'seed $seed: both are killed when $name',
  (step) => killAt(site, step, ['api', 'worker']),
);
