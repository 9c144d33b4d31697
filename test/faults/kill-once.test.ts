import { startProcessWorld } from '../helpers/process-world';
import { useWorld } from '../helpers/use-world';
import { killAt } from './kill';
import { invitedUnheard } from './steps';

/** One of the kills, for every day; `kill-worker`, `kill-api` and `kill-both` have all the others. */

const world = useWorld(startProcessWorld);

test(`the worker is killed when ${invitedUnheard.name}`, () => killAt(world, invitedUnheard, ['worker']));
