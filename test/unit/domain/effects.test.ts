import fc from 'fast-check';
import type { EffectKind, Plan, PlannedEffect } from '../../../domain/effects';
import { effectId, isDoubled, planErrors } from '../../../domain/effects';
import { plans } from './plans';

const planOf = (...effects: PlannedEffect[]): Plan => ({ id: 'invited', trigger: 'invited', effects });
const note = (key: string, after?: string[]): PlannedEffect => ({
  kind: 'note',
  key,
  text: 'x',
  ...(after && { after }),
});

describe('a plan', () => {
  it('is without fault when its effects wait only for earlier ones', () => {
    fc.assert(fc.property(plans('a'), (plan) => expect(planErrors(plan)).toEqual([])));
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
    expect(planErrors(plan)).toEqual(faults);
  });

  it('never lets a plan with faults hide them behind each other', () => {
    expect(planErrors(planOf(note('a', ['x', 'y']), note('a')))).toHaveLength(3);
  });
});

describe('an effect', () => {
  it('is named by its plan and its key', () =>
    expect(effectId('reminded-1', 'note')).toBe('reminded-1/note'));

  it('is looked for before it is written where a repeat would double it', () => {
    const kinds: Record<EffectKind, boolean> = {
      addTags: false,
      removeTags: false,
      addLinks: false,
      removeLinks: false,
      note: true,
      file: true,
      stage: false,
      archive: false,
      createOpportunity: true,
      ask: false,
    };
    for (const [kind, looks] of Object.entries(kinds)) {
      expect([kind, isDoubled({ kind: kind as EffectKind })]).toEqual([kind, looks]);
    }
  });

  it('has a fault when Lever could not take it, or nobody could find it again', () => {
    const file = (size: number): PlannedEffect => {
      return {
        kind: 'file',
        key: 'report',
        fileId: 'f',
        name: 'r.pdf',
        contentType: 'application/pdf',
        size,
      };
    };
    expect(planErrors(planOf(file(28 * 1024 * 1024)))).toEqual([]);
    expect(planErrors(planOf(file(28 * 1024 * 1024 + 1)))).toEqual([
      'invited: report is a file of 29360129 bytes, and Lever takes 29360128',
    ]);
    const candidacy = (contactId: string | null, email: string | null): Plan => {
      const rest = { key: 'other', postingId: 'p', name: 'Ada Test', tags: [] };
      return planOf({ kind: 'createOpportunity', contactId, email, ...rest });
    };
    expect(planErrors(candidacy(null, 'ada@example.com'))).toEqual([]);
    expect(planErrors(candidacy('c', null))).toEqual([]);
    expect(planErrors(candidacy(null, null))).toEqual([expect.stringContaining('other names')]);
    const noteOn = (contactId: string | null): Plan =>
      planOf({ kind: 'note', key: 'there', text: 'x', on: { postingId: 'p', contactId, email: null } });
    expect(planErrors(noteOn('c'))).toEqual([]);
    expect(planErrors(noteOn(null))).toEqual([expect.stringContaining('there names')]);
  });
});
