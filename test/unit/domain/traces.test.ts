import fc from 'fast-check';
import type { Plan, PlannedEffect } from '../../../domain/effects';
import { planErrors } from '../../../domain/effects';
import type { Traces } from '../../../domain/traces';
import { goingOn, noTraces, takingBack, together, traced } from '../../../domain/traces';

const move: PlannedEffect = { kind: 'stage', key: 'stage', stageId: 'review', onlyFrom: ['assess'] };

const carriedOut = (traces: Traces, effect: PlannedEffect, lasting: string[] = []): Traces =>
  traced(traced(traces, { what: 'asked', effect }, lasting), { what: 'written', effect }, lasting);

const show = (...tags: string[]): PlannedEffect => ({ kind: 'addTags', key: 'status', slot: 'status', tags });
const plan = (trigger: Plan['trigger'], ...effects: PlannedEffect[]): Plan => ({ id: 'p', trigger, effects });

test('whom a run has put into a stage it may move on from there, and no one else', () => {
  const traces = carriedOut(carriedOut(noTraces, move), move);
  expect(traces.stages).toEqual(['review']);
  const next: PlannedEffect = { ...move, stageId: 'offer' };
  expect(goingOn(noTraces, next)).toBe(next);
  expect(goingOn(traces, next)).toEqual({ ...next, onlyFrom: ['assess', 'review'] });
  // A plan that names no stages is not narrowed to those.
  const free: PlannedEffect = { kind: 'stage', key: 'stage', stageId: 'offer' };
  expect(goingOn(traces, free)).toBe(free);
});

describe('tags that a run has added', () => {
  const before = carriedOut(noTraces, show('Old in progress', 'Posting tag'), ['Posting tag']);

  test('are remembered from when they are asked for until they are gone; those that shall last are not', () => {
    expect(before.tags).toEqual({ status: ['Old in progress'] });
    expect(traced(noTraces, { what: 'asked', effect: show('X') }, []).tags).toEqual({ status: ['X'] });
    const clear: PlannedEffect = { kind: 'removeTags', key: 'c', slot: 'status', tags: ['Old in progress'] };
    expect(carriedOut(before, clear).tags).toEqual({ status: [] });
    const free: PlannedEffect = { kind: 'addTags', key: 't', tags: ['Whatever'] };
    expect(carriedOut(noTraces, free)).toBe(noTraces);
  });

  test('go before the plan shows another one, whatever the texts are by now', () => {
    expect(takingBack(plan('completed', show('New completed')), before).effects).toEqual([
      { kind: 'removeTags', key: 'clear-status', slot: 'status', tags: ['Old in progress'] },
      { ...show('New completed'), after: ['clear-status'] },
    ]);
  });

  test('go with those that the plan takes away anyhow', () => {
    const clear: PlannedEffect = { kind: 'removeTags', key: 'clear-status', slot: 'status', tags: ['New'] };
    expect(takingBack(plan('cancelled', clear), before).effects).toEqual([
      { ...clear, tags: ['New', 'Old in progress'] },
    ]);
  });

  test('stay where the plan says nothing of the status, or shows the same', () => {
    const note = plan('completed', { kind: 'note', key: 'note', text: 'x' });
    expect(takingBack(note, before)).toBe(note);
    const same = plan('started', show('Old in progress'));
    expect(takingBack(same, before)).toBe(same);
  });

  test('of a result go with the next result, also where that has none of its own', () => {
    const strong: PlannedEffect = { kind: 'addTags', key: 't', slot: 'threshold', tags: ['Strong'] };
    const traces = carriedOut(before, strong);
    const next = takingBack(plan('completed', { kind: 'note', key: 'note', text: 'x' }), traces);
    expect(next.effects).toContainEqual({
      kind: 'removeTags',
      key: 'clear-threshold',
      slot: 'threshold',
      tags: ['Strong'],
    });
    const reminded = plan('reminded', { kind: 'note', key: 'note', text: 'x' });
    expect(takingBack(reminded, traces)).toBe(reminded);
  });
});

test('what several runs have left is all of it, each once', () => {
  const one: Traces = { stages: ['a'], tags: { status: ['x'] } };
  const other: Traces = { stages: ['a', 'b'], tags: { status: ['y', 'x'], threshold: ['t'] } };
  expect(together([one, undefined, other])).toEqual({
    stages: ['a', 'b'],
    tags: { status: ['x', 'y'], threshold: ['t'] },
  });
  expect(together([])).toEqual(noTraces);
});

const tag = fc.constantFrom('a', 'b', 'c', 'd');
const slot = fc.constantFrom('status', 'threshold', 'attachment', 'other');
const effect = fc.oneof(
  fc.record({ kind: fc.constant('addTags' as const), slot, tags: fc.uniqueArray(tag, { minLength: 1 }) }),
  fc.record({ kind: fc.constant('removeTags' as const), slot, tags: fc.uniqueArray(tag, { minLength: 1 }) }),
);

test('after a plan that sets the status, nothing that the run has ever shown stands beside it', () => {
  fc.assert(
    fc.property(fc.array(effect, { maxLength: 8 }), fc.uniqueArray(tag, { minLength: 1 }), (past, shown) => {
      const written = past.map((one, index): PlannedEffect => ({ ...one, key: `k${index}` }));
      const lever = new Set<string>();
      const carryOut = (one: PlannedEffect): void => {
        if (one.kind === 'addTags') one.tags.forEach((each) => lever.add(each));
        if (one.kind === 'removeTags') one.tags.forEach((each) => lever.delete(each));
      };
      let traces = noTraces;
      for (const one of written.filter(({ slot: of }) => of === 'status')) {
        traces = carriedOut(traces, one);
        carryOut(one);
      }
      const next = takingBack(plan('completed', show(...shown)), traces);
      expect(planErrors(next)).toEqual([]);
      next.effects.forEach(carryOut);
      expect([...lever].sort()).toEqual([...shown].sort());
    }),
  );
});
