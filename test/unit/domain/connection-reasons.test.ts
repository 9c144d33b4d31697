import { connectionReasonText, storedReason } from '../../../domain/connection-reasons';

const paused = { status: 'paused' } as const;

it.each([
  [{ ...paused, status_code: 'to_be_corrected', status_reason: 'the stage is gone' }, 'to_be_corrected'],
  [{ ...paused, status_code: 'paused_by_operator', status_reason: null }, 'paused_by_operator'],
  // A process of an earlier release wrote words alone, over whatever code was there.
  [{ ...paused, status_code: null, status_reason: 'paused by an operator' }, 'paused_by_operator'],
  [
    { ...paused, status_code: 'to_be_corrected', status_reason: 'paused by an operator' },
    'paused_by_operator',
  ],
  [{ ...paused, status_code: 'paused_by_operator', status_reason: 'the stage is gone' }, 'to_be_corrected'],
  [{ ...paused, status_code: 'impaired', status_reason: 'the stage is gone' }, 'to_be_corrected'],
  [{ status: 'disabled', status_code: 'impaired', status_reason: null } as const, 'disabled_by_operator'],
  // A process of a later one knows more.
  [{ ...paused, status_code: 'over_quota', status_reason: null }, 'over_quota'],
])('%j is read as %s', (row, code) => expect(storedReason(row)?.code).toBe(code));

it('of an active connection is none, whatever is left over', () => {
  expect(storedReason({ status: 'active', status_code: 'impaired', status_reason: 'x' })).toBeNull();
});

it('that is not known is shown by its words, or as it is', () => {
  expect(connectionReasonText({ code: 'over_quota', detail: 'until Monday' })).toBe('until Monday');
  expect(connectionReasonText({ code: 'over_quota', detail: null })).toBe('over_quota');
});
