import { amend } from '../../../domain/amendment';
import { endedFor } from '../../../domain/end-reasons';
import type { VendorEvent } from '../../../domain/events';
import { isTerminal, statuses } from '../../../domain/lifecycle';
import { vendorEventTypes } from './arbitraries';

const eventOf = (type: VendorEvent['type']): VendorEvent => {
  switch (type) {
    case 'progress':
      return { type, step: 'one' };
    case 'failed':
      return { type, reason: 'why' };
    default:
      return { type };
  }
};

const terminal = statuses.filter(isTerminal);
const everyCase = statuses.flatMap((status) => vendorEventTypes.map((type) => ({ status, type })));

describe('news of a run that is over', () => {
  it('are answered like this', () => {
    const answers = terminal.map((status) => [
      status,
      ...vendorEventTypes.filter((type) => amend({ status }, eventOf(type)).do !== 'ignore'),
    ]);
    expect(answers).toEqual([
      ['completed', 'completed', 'declined', 'changed'],
      ['expired', 'completed', 'changed'],
      ['declined', 'completed', 'changed'],
      ['cancelled', 'completed', 'changed'],
      ['failed', 'completed', 'declined', 'changed'],
      ['skipped'],
      ['unwritten', 'completed', 'changed'],
    ]);
  });

  it.each(everyCase)('have a reason when they change nothing: $type after $status', ({ status, type }) => {
    const answer = amend({ status }, eventOf(type));
    if (answer.do === 'ignore') expect(answer.reason).not.toBe('');
    else expect(isTerminal(answer.status)).toBe(true);
  });

  it('leave an open run to itself', () => {
    for (const { status, type } of everyCase.filter((one) => !isTerminal(one.status))) {
      expect(amend({ status }, eventOf(type))).toEqual({ do: 'ignore', reason: expect.any(String) });
    }
  });

  it('carry the reason of a candidate who declined after all', () => {
    expect(amend({ status: 'completed' }, { type: 'declined', reason: 'withdrew' })).toEqual({
      do: 'plan',
      status: 'declined',
      trigger: 'declined',
      reason: endedFor('told_by_vendor', 'withdrew'),
    });
  });

  it('hand on what the message told of the result', () => {
    const told = { reports: [{ label: 'Interview', url: 'https://vendor.example/r' }] };
    const expected = { do: 'fetchResult', status: 'completed', told };
    expect(amend({ status: 'expired' }, { type: 'completed', told })).toEqual(expected);
    const presumed = { type: 'completed', told } as const;
    expect(amend({ status: 'completed' }, { type: 'changed', presumed })).toEqual(expected);
  });

  it('are refused when nobody knows them', () => {
    expect(() => amend({ status: 'completed' }, { type: 'nonsense' } as unknown as VendorEvent)).toThrow(
      /nonsense/,
    );
  });
});
