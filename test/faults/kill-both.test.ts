import { createHash } from 'node:crypto';
import { startProcessWorld } from '../helpers/process-world';
import { useWorld } from '../helpers/use-world';
import { killAt } from './kill';
import type { Step } from './steps';
import { steps } from './steps';

const world = useWorld(startProcessWorld);

/** The same step for the same seed, until the table of steps changes. */
const stepOf = (seed: string): Step => {
  const index = createHash('sha256').update(seed).digest().readUInt32BE() % steps.length;
  return steps[index] as Step;
};

test.each(['one', 'two', 'three'].map((seed) => ({ seed, ...stepOf(seed) })))(
  'seed $seed: both are killed when $name',
  (step) => killAt(world, step, ['api', 'worker']),
);
