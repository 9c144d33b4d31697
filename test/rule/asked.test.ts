import { useWorld } from '../helpers/use-world';
import { standardDriver } from '../vendors/standard-driver';
import { playQuestion, questions } from './asked';
import { faultNames } from './faults';
import { startRuleWorld } from './rule-world';

const world = useWorld(() => startRuleWorld(standardDriver));

// One after another: what is asked about a connection names no candidate.
describe.each(questions.map((question) => [question.activity, question] as const))('%s', (_, question) => {
  test.each(faultNames)('meets %s', async (fault) => {
    await playQuestion(world, question, fault);
  });
});
