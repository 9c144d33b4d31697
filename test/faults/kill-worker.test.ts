import { startProcessWorld } from '../helpers/process-world';
import { useWorld } from '../helpers/use-world';
import { killAt } from './kill';
import { invitedUnheard, stepsOf } from './steps';

const world = useWorld(startProcessWorld);

// The one that is left out is `kill-once`.
test.each(stepsOf('worker').filter((step) => step !== invitedUnheard))(
  'the worker is killed when $name',
  (step) => killAt(world, step, ['worker']),
);
