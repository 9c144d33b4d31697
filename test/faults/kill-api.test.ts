import { killAt } from './kill';
import { startProcessWorld } from '../helpers/process-world';
import { stepsOf } from './steps';
import { useWorld } from '../helpers/use-world';

const world = useWorld(startProcessWorld);

test.each(stepsOf('api'))('the api is killed when $name', (step) => killAt(world, step, ['api']));
