import { startProcessWorld } from '../helpers/process-world';
import { useWorld } from '../helpers/use-world';
import { killAt } from './kill';
import { stepsOf } from './steps';

const world = useWorld(startProcessWorld);

test.each(stepsOf('api'))('the api is killed when $name', (step) => killAt(world, step, ['api']));
