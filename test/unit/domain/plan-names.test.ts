import type { Plan } from '../../../domain/effects';
import { bothNames, newPlan, readPlan, readReason, readTrigger } from '../../../domain/plan-names';
import { openPlan, readProgress } from '../../../domain/plan-progress';
import { takingBack } from '../../../domain/traces';
import { freshState, resumed } from '../../../workflows/assessment/run-state';

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const said = { id: 'held-up-1', effects: [{ kind: 'note' as const, key: 'note', text: 'It waits.' }] };
const old = { ...said, moment: 'failed' as const, isCourtesy: true };
const present: Plan = { ...said, trigger: 'failed', isBestEffort: true };

it('reads a plan of an earlier release', () => {
  expect(readPlan(old)).toMatchObject(present);
  expect(readPlan({ ...said, moment: 'invited' })).toMatchObject({ trigger: 'invited' });
  expect(readPlan({ ...said, moment: 'invited' }).isBestEffort).toBeUndefined();
});

it('writes a plan that an earlier release reads as well, and reads it itself', () => {
  const written = throughJson(newPlan(present));
  expect(written).toMatchObject(old);
  expect(readPlan(written)).toMatchObject(present);
  expect(newPlan({ ...said, trigger: 'invited' })).not.toHaveProperty('isCourtesy');
});

it('has both names in whatever it makes of a plan, however old that was', () => {
  expect(readPlan(throughJson(readPlan(old)))).toMatchObject({ ...old, ...present });
  const result = { id: 'completed', moment: 'completed' as const, effects: [] };
  const traces = { stages: [], tags: { threshold: ['Strong'] } };
  // A result takes away what it says nothing of, so what it is has to be known.
  expect(takingBack(readPlan(result), traces)).toMatchObject({
    moment: 'completed',
    effects: [{ kind: 'removeTags', tags: ['Strong'] }],
  });
});

it('reads plans of an earlier release where they enter a run', () => {
  expect(openPlan(old).plan).toMatchObject(present);
  const progress = { plan: old, effects: { note: { state: 'waiting' as const } } };
  expect(readProgress(progress)).toMatchObject({ plan: present, effects: progress.effects });
  const carried = { ...freshState(null), plans: [progress as unknown as ReturnType<typeof openPlan>] };
  expect(resumed(carried).plans).toMatchObject([{ plan: present }]);
});

it('reads a trigger by either name', () => {
  expect(readTrigger({ moment: 'expired' })).toBe('expired');
  expect(readTrigger(bothNames('expired'))).toBe('expired');
});

it('reads the reason that a release before put off a plan with, which was a text', () => {
  expect(readReason({ detail: 'archived' })).toEqual({ code: 'archived', detail: null });
  expect(readReason({ detail: 'no parking' })).toEqual({ code: 'fault', detail: 'no parking' });
  expect(readReason({ detail: null })).toBeNull();
  const reason = { code: 'deadline', detail: null } as const;
  expect(readReason({ reason })).toEqual(reason);
});
