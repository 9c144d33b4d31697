import fc from 'fast-check';
import { effectId, looksBeforeWriting, planFaults } from '../../../domain/effects';
import type { Plan, PlannedEffect } from '../../../domain/effects';
import { plans } from './plans';

const planOf = (...effects: PlannedEffect[]): Plan => ({ id: 'invited', moment: 'invited', effects });
const note = (key: string, after?: string[]): PlannedEffect => ({
  kind: 'note',
  key,
  text: 'x',
  ...(after && { after }),
});

describe('a plan', () => {
  it('is without fault when its effects wait only for earlier ones', () => {
    fc.assert(fc.property(plans('a'), (plan) => expect(planFaults(plan)).toEqual([])));
  });

  it.each([
    ['a key twice', planOf(note('a'), note('a')), ['invited: the key a is used twice']],
    ['itself', planOf(note('a', ['a'])), ['invited: a waits for a, which does not come before it']],
    [
      'a later effect',
      planOf(note('a', ['b']), note('b')),
      ['invited: a waits for b, which does not come before it'],
    ],
    ['nobody', planOf(note('a', ['gone'])), ['invited: a waits for gone, which does not come before it']],
  ])('has a fault that says where: %s', (_case, plan, faults) => {
    expect(planFaults(plan)).toEqual(faults);
  });

  it('never lets a plan with faults hide them behind each other', () => {
    expect(planFaults(planOf(note('a', ['x', 'y']), note('a')))).toHaveLength(3);
  });
});

describe('an effect', () => {
  it('is named by its plan and its key', () =>
    expect(effectId('reminded-1', 'note')).toBe('reminded-1/note'));

  it('is looked for before it is written where a repeat would double it', () => {
    const kinds = ['addTags', 'removeTags', 'addLinks', 'removeLinks', 'note', 'stage', 'archive'] as const;
    expect(kinds.filter(looksBeforeWriting)).toEqual(['note']);
  });
});
