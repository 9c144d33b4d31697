import fc from 'fast-check';
import { endCodes, endedFor, endReasonText, readEndReason, toldByVendor } from '../../../domain/end-reasons';
import { skipReasons } from '../../../domain/events';
import { endings } from '../../../domain/sweep';

test('every code says something', () => {
  // A vendor need not say why, and then there is no reason at all.
  for (const code of endCodes.filter((each) => each !== 'told_by_vendor')) {
    expect(endReasonText(endedFor(code))).toMatch(/\w \w/);
  }
});

test('however a run was cut off in Temporal, it is said in words', () => {
  const texts = endings.map((ending) => endReasonText(endedFor('ended_unseen', ending)));
  expect(new Set(texts).size).toBe(endings.length);
});

test('what people and vendors say stays what they said, whatever it is', () => {
  const words = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'archived',
      'hired',
      'left the stage',
      'deadline',
      'constructor',
      ...Object.keys(skipReasons),
    ),
  );
  fc.assert(
    fc.property(words, (said) => {
      expect(endReasonText(endedFor('called_off', said))).toBe(said);
      expect(endReasonText(toldByVendor(said))).toBe(said.trim() === '' ? null : said.trim());
      expect(endReasonText(endedFor('fault', said))).toBe(said);
    }),
  );
});

test('reasons that older code has written are read', () => {
  expect(readEndReason('left the stage')).toEqual({ code: 'left', detail: null });
  expect(readEndReason('deadline')).toEqual({ code: 'deadline', detail: null });
  expect(readEndReason('no_email')).toEqual({ code: 'no_email', detail: null });
  expect(readEndReason('asked for by the recruiter')).toEqual({
    code: 'fault',
    detail: 'asked for by the recruiter',
  });
  expect(readEndReason('constructor')).toEqual({ code: 'fault', detail: 'constructor' });
  expect(readEndReason(null)).toBeNull();
  expect(readEndReason(endedFor('hired'))).toEqual({ code: 'hired', detail: null });
});
