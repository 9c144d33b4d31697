import { runAlone } from '../kit/program';
import { startJobmaSimulator } from './server';

void runAlone('Jobma', startJobmaSimulator);
