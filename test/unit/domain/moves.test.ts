import fc from 'fast-check';
import { whyStay } from '../../../domain/moves';

const stages = ['new', 'screen', 'review', 'offer'].map((id) => ({ id, text: `The ${id}` }));

const anyStage = fc.constantFrom('new', 'screen', 'review', 'offer', 'unknown');

test('nobody is moved out of the archive, from a stage that is not listed, or back', () => {
  fc.assert(
    fc.property(
      anyStage,
      fc.boolean(),
      anyStage,
      fc.option(fc.array(anyStage), { nil: undefined }),
      (stageId, archived, to, onlyFrom) => {
        const why = whyStay({ stageId, archived }, { stageId: to, ...(onlyFrom && { onlyFrom }) }, stages);
        const rank = (id: string): number => stages.findIndex((stage) => stage.id === id);
        const isBack = rank(to) >= 0 && rank(to) < rank(stageId);
        const mayMove = !archived && !isBack && (onlyFrom === undefined || onlyFrom.includes(stageId));
        expect(why === null).toBe(mayMove);
      },
    ),
  );
});
