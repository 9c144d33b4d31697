import {
  attentionLimitMs,
  attentionSince,
  isAttentionOver,
  wakeForAttention,
} from '../../../workflows/assessment/attention';

describe('the wait for a person', () => {
  it('begins anew with each new failure, and with none of the others', () => {
    const first = attentionSince(null, { isNeeded: true, isNew: true, now: 1_000 });
    expect(first).toBe(1_000);
    const later = attentionSince(first, { isNeeded: true, isNew: false, now: 5_000 });
    expect(later).toBe(1_000);
    const second = attentionSince(later, { isNeeded: true, isNew: true, now: attentionLimitMs });
    expect(isAttentionOver(second, 1_000 + attentionLimitMs)).toBe(false);
    expect(wakeForAttention(second)?.at).toBe(2 * attentionLimitMs);
    expect(isAttentionOver(second, 2 * attentionLimitMs)).toBe(true);
  });

  it('ends with the last of them', () => {
    expect(attentionSince(1_000, { isNeeded: false, isNew: false, now: 5_000 })).toBeNull();
    expect(wakeForAttention(null)).toBeNull();
    expect(isAttentionOver(null, Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
