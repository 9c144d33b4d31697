import fc from 'fast-check';
import type { ErrorCode } from '../../../domain/errors';
import { errorKinds } from '../../../domain/errors';
import type { Refusals } from '../../../domain/impairment';
import {
  isImpairing,
  provenBy,
  refusalsToImpair,
  scopeOf,
  withoutScope,
  withRefusal,
} from '../../../domain/impairment';

const scopes = ['lever.forbidden opportunities', 'vendor.unauthorized'];
const step = fc.oneof(
  fc.record({
    refused: fc.constantFrom('run-1', 'run-2', 'run-3', 'run-4'),
    scope: fc.constantFrom(...scopes),
  }),
  fc.record({ worked: fc.constantFrom(...scopes) }),
);

describe('refusals', () => {
  it('make a rule of three different runs, between which nothing of the kind worked', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let refusals: Refusals = {};
        for (const each of steps) {
          refusals =
            'worked' in each
              ? withoutScope(refusals, each.worked)
              : withRefusal(refusals, each.scope, each.refused);
        }
        const expected = scopes.some((scope) => {
          const since = steps.findLastIndex((each) => 'worked' in each && each.worked === scope);
          const runs = steps
            .slice(since + 1)
            .flatMap((each) => ('refused' in each && each.scope === scope ? [each.refused] : []));
          return new Set(runs).size >= refusalsToImpair;
        });
        expect(isImpairing(refusals)).toBe(expected);
      }),
    );
  });

  it.each(Object.keys(errorKinds) as ErrorCode[])(
    '%s is counted only where it may be about the connection',
    (code) => {
      const counted = ['lever.forbidden', 'vendor.unauthorized'].includes(code);
      expect(scopeOf({ code, detail: {} }, 'readPosting') !== null).toBe(counted);
    },
  );

  it.each(['settings', 'credentials', 'app'])(
    'the %s that cannot be read are counted by themselves',
    (part) => {
      expect(scopeOf({ code: 'connection.misconfigured', detail: { part } }, 'invite')).toBe(
        `connection.misconfigured ${part}`,
      );
    },
  );

  it.each(['readOpportunity', 'checkOpportunity', 'readPosting', 'applyEffect', 'lookForEffect'])(
    'of %s are taken back by its success',
    (activity) => {
      const scope = scopeOf({ code: 'lever.forbidden', detail: {} }, activity, 'note');
      expect(provenBy(activity, 'note')).toContain(scope);
    },
  );

  it.each(['invite', 'fetchResult', 'pollVendor', 'remindAtVendor', 'cancelAtVendor', 'extendAtVendor'])(
    'of the vendor are taken back by a success of %s',
    (activity) => {
      expect(provenBy(activity)).toContain(scopeOf({ code: 'vendor.unauthorized', detail: {} }, activity));
    },
  );

  it('that somebody may not write tags say nothing of notes', () => {
    const fault = { code: 'lever.forbidden', detail: {} } as const;
    expect(scopeOf(fault, 'applyEffect', 'note')).not.toBe(scopeOf(fault, 'applyEffect', 'addTags'));
  });
});
