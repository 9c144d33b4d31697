import type { PlannedEffect } from '../../../domain/effects';
import { afterWriting, goingOn, noTraces } from '../../../domain/traces';

const move: PlannedEffect = { kind: 'stage', key: 'stage', stageId: 'review', onlyFrom: ['assess'] };

test('whom a run has put into a stage it may move on from there, and no one else', () => {
  const traces = afterWriting(afterWriting(noTraces, move), move);
  expect(traces.stages).toEqual(['review']);
  const next: PlannedEffect = { ...move, stageId: 'offer' };
  expect(goingOn(noTraces, next)).toBe(next);
  expect(goingOn(traces, next)).toEqual({ ...next, onlyFrom: ['assess', 'review'] });
  // A plan that names no stages is not narrowed to those.
  const free: PlannedEffect = { kind: 'stage', key: 'stage', stageId: 'offer' };
  expect(goingOn(traces, free)).toBe(free);
});
