import type { Opportunity, Posting } from '../../../domain/assessment';
import { chosenByTag } from '../../../vendors/tag-choice';

const assessmentsByTag = { 'Package=Sales': 'sales', 'Package=Café': 'cafe', 'Team Sales': 'sales' };

const chosen = (posting: string[] | null, opportunity: string[]): unknown => {
  const choice = chosenByTag({
    opportunity: { tags: opportunity } as Opportunity,
    posting: posting === null ? null : ({ tags: posting } as Posting),
    assessmentsByTag,
  });
  return choice !== null && 'assessment' in choice ? choice.assessment : choice;
};

describe('the assessment that tags ask for', () => {
  it('is the one of the posting’s tag, however it was typed', () => {
    expect(chosen(['Retail', ' Package=Cafe\u0301'], [])).toBe('cafe');
    expect(chosen(['Team\u00a0 Sales'], [])).toBe('sales');
    for (const character of ['\u200b', '\ufeff', '\u2060', '\u00ad', '\u200e', '\ufe0f']) {
      expect(chosen([`${character}Package${character}=Sales${character}`], [])).toBe('sales');
      expect(chosen(null, [`Team ${character}Sales`])).toBe('sales');
    }
  });

  it('follows the posting as it is now rather than what the opportunity inherited once', () => {
    expect(chosen(['Package=Café'], ['Package=Sales'])).toBe('cafe');
    expect(chosen(['Retail'], ['Package=Sales'])).toBe('sales');
    expect(chosen(null, ['Package=Sales'])).toBe('sales');
  });

  it('is none where no tag fits exactly', () => {
    expect(chosen(['package=sales', 'Package=Sales2', 'Package = Sales'], [])).toBeNull();
    expect(chosen([], ['constructor', '__proto__'])).toBeNull();
  });

  it('may be asked for by several tags, but not several by some', () => {
    expect(chosen(['Package=Sales', 'Team Sales'], [])).toBe('sales');
    expect(chosen(['Package=Sales', 'Package=Café'], [])).toMatchObject({
      skip: {
        decision: 'skip',
        reason: 'ambiguous_tags',
        detail:
          'the tags "Package=Sales", "Package=Café" of the posting ask for different assessments: leave one of them',
        tell: true,
      },
    });
  });
});
