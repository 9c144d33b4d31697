import { runAlone } from '../kit/program';
import { startAssessFirstSimulator } from './server';

void runAlone('AssessFirst', startAssessFirstSimulator);
