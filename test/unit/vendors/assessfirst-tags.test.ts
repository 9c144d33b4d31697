import fc from 'fast-check';
import type { Opportunity } from '../../../domain/assessment';
import { routeByTags } from '../../../vendors/assessfirst/routing';
import { assessFirstSettings } from '../../../vendors/assessfirst/settings';

const settings = assessFirstSettings.parse({});
const opportunity = {
  id: 'opp-1',
  postingId: 'post-1',
  tags: [] as string[],
  candidate: { name: 'Ada Test', email: 'ada@example.com', phone: null },
} as Opportunity;
const route = (tags: string[]) =>
  routeByTags({ opportunity, posting: { id: 'post-1', title: '', tags }, settings });

describe('AssessFirst tags', () => {
  const unseen = fc.constantFrom('\u200b', '\ufeff', '\u2060', '\u00ad', '\u200e', '\ufe0f', '\u061c');

  it('are read as people see them, whatever came along when they were pasted', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          '🦄 web designer',
          '🦄✨ web designer',
          'No predictive model',
          '🦄',
          '🦄 AssessFirst: Invited',
          'Retail',
        ),
        fc.array(fc.tuple(fc.nat({ max: 30 }), unseen), { maxLength: 6 }),
        (tag, additions) => {
          const pasted = additions
            .reduce((letters, [at, character]) => letters.toSpliced(at, 0, character), [...tag])
            .join('');
          expect(route([`\u00a0${pasted}`])).toEqual(route([tag]));
        },
      ),
    );
  });
});
