import { stayed, whyStay } from '../../../domain/moves';

const stages = ['new', 'screen', 'review', 'offer'].map((id) => ({ id, text: `The ${id}` }));
const move = { stageId: 'review', onlyFrom: ['screen', 'new'] };

describe('a candidate stays', () => {
  test.each([
    ['in the archive', { stageId: 'screen', archived: true }, move, 'the opportunity is archived'],
    ['elsewhere', { stageId: 'gone', archived: false }, move, 'they are in the stage "gone" by now'],
    [
      'behind the stage',
      { stageId: 'offer', archived: false },
      { ...move, onlyFrom: ['offer'] },
      'they are in the stage "The offer", which comes after it',
    ],
    [
      'behind the stage, by a plan that names no stages',
      { stageId: 'offer', archived: false },
      { stageId: 'review' },
      'they are in the stage "The offer", which comes after it',
    ],
  ])('%s', (_, at, to, why) => {
    expect(whyStay(at, to, stages)).toBe(why);
  });

  test('and the note says so by the names of the stages', () => {
    expect(stayed('review', 'the opportunity is archived', stages)).toBe(
      'The candidate was not moved to the stage "The review": the opportunity is archived.',
    );
  });
});
