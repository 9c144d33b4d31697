import fc from 'fast-check';
import { mustDoWithoutAnswer, mustPresume, withTold } from '../../../activities/unanswered';
import type { AssessmentResult, ToldResult } from '../../../domain/assessment';
import type { ErrorCode } from '../../../domain/errors';
import { errorKinds, FulcrumError } from '../../../domain/errors';

const codes = Object.keys(errorKinds) as ErrorCode[];
const codesWhere = (holds: (fault: FulcrumError) => boolean): string[] =>
  codes.filter((code) => holds(new FulcrumError(code, 'x')));

describe('a vendor that does not answer', () => {
  it('is done without at once where it never will', () => {
    expect(codesWhere((fault) => mustDoWithoutAnswer(fault, 1))).toEqual([
      'vendor.rejected',
      'vendor.unauthorized',
      'vendor.not_found',
      'vendor.unsupported',
      'outbound.refused',
    ]);
  });

  it('is asked three times where it may, and not done without where it asks to wait', () => {
    expect(codesWhere((fault) => mustDoWithoutAnswer(fault, 3) && !mustDoWithoutAnswer(fault, 2))).toEqual([
      'vendor.unavailable',
      'vendor.unclear',
      'vendor.unexpected',
    ]);
    for (const code of ['vendor.rate_limited', 'vendor.unfinished'] as const)
      expect(mustDoWithoutAnswer(new FulcrumError(code, 'x'), 1_000)).toBe(false);
  });

  it('is believed by its message alone only where it answers, but not that', () => {
    expect(codesWhere((fault) => mustPresume(fault, 3))).toEqual([
      'vendor.rejected',
      'vendor.unauthorized',
      'vendor.not_found',
      'vendor.unexpected',
      'vendor.unsupported',
      'outbound.refused',
    ]);
    expect(mustPresume(new FulcrumError('vendor.unexpected', 'x'), 2)).toBe(false);
  });

  it('has nothing to do with faults of our own', () => {
    for (const error of [new Error('x'), new TypeError('x'), 'x', null]) {
      expect(mustDoWithoutAnswer(error, 9)).toBe(false);
      expect(mustPresume(error, 9)).toBe(false);
    }
  });
});

const link = fc.record({ label: fc.constant('Report'), url: fc.webUrl() });
const part = fc.record({
  label: fc.string(),
  score: fc.constant(1),
  maxScore: fc.constant(null),
  text: fc.constant(null),
});
const told: fc.Arbitrary<ToldResult> = fc.record(
  {
    score: fc.option(fc.integer()),
    maxScore: fc.constant(10),
    band: fc.option(fc.constant('Told')),
    reports: fc.array(link, { maxLength: 2 }),
    parts: fc.array(part, { maxLength: 2 }),
    completedAt: fc.option(fc.nat()),
  },
  { requiredKeys: [] },
);
const answered: fc.Arbitrary<AssessmentResult> = fc
  .record({
    score: fc.option(fc.integer()),
    maxScore: fc.constant(100),
    band: fc.option(fc.constant('Answered')),
    reports: fc.array(link, { maxLength: 2 }),
    completedAt: fc.option(fc.nat()),
  })
  .chain((result) =>
    fc.oneof(
      fc.constant(result),
      fc.array(part).map((parts) => ({ ...result, parts })),
    ),
  );

describe('what a message told of a result', () => {
  it('fills what the answer leaves open, and never takes the place of it', () => {
    fc.assert(
      fc.property(answered, told, (given, heard) => {
        const all = withTold(given, heard);
        expect(all.score).toBe(given.score ?? heard.score ?? null);
        // A score and its upper end belong together.
        if (given.score !== null) expect(all.maxScore).toBe(given.maxScore);
        else expect(all.maxScore).toBe(heard.maxScore ?? null);
        expect(all.band).toBe(given.band ?? heard.band ?? null);
        expect(all.reports).toEqual(given.reports.length > 0 ? given.reports : (heard.reports ?? []));
        expect(all.completedAt).toBe(given.completedAt ?? heard.completedAt ?? null);
        if (given.parts?.length) expect(all.parts).toEqual(given.parts);
      }),
    );
  });

  it('is the whole result where there is no answer', () => {
    const reports = [{ label: 'Interview', url: 'https://vendor.example/r' }];
    expect(withTold(null, { reports })).toEqual({
      score: null,
      maxScore: null,
      band: null,
      reports,
      completedAt: null,
    });
  });
});
