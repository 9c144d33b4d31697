import { runAlone } from '../kit/program';
import { startUpwageSimulator } from './server';

void runAlone('Upwage', startUpwageSimulator);
