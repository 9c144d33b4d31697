import { runAlone } from '../kit/program';
import { startSerandSimulator } from './server';

void runAlone('Serand', startSerandSimulator);
