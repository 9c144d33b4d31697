import { useWorld } from '../helpers/use-world';
import { standardDriver } from '../vendors/standard-driver';
import { endingCells, playEnding } from './endings';
import { startRuleWorld } from './rule-world';

const world = useWorld(() =>
  startRuleWorld(standardDriver, {
    SWEEP_INTERVAL: '1s',
    SWEEP_LIMIT_ROWS: '1000',
    SWEEP_LIMIT_PERCENT: '100',
  }),
);

const everywhere = Number(process.env['RULE_ROUNDS'] ?? '1') > 1;
test.concurrent.each(endingCells('standard', everywhere))('$name', (cell) => playEnding(world, cell));
