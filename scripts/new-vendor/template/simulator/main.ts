import { runAlone } from '../../../../simulators/kit/program';
import { startAcmeSimulator } from './server';

void runAlone('Acme Tests', startAcmeSimulator);
