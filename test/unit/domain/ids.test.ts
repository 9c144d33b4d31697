import fc from 'fast-check';
import {
  amendmentWorkflowId,
  assessmentWorkflowId,
  leverBucket,
  parseAssessmentWorkflowId,
} from '../../../domain/ids';
import type { RunKey } from '../../../domain/ids';

/** Words of somebody else: anything that is text, and what looks like our own separators and escapes. */
const outside = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.constantFrom('/', '%', '%2F', '%2', '../..', 'a/b', 'Ünïcödé', '😀', ' ', 'assessment'),
);
const runKeys: fc.Arbitrary<RunKey> = fc.record(
  {
    vendor: fc.constantFrom('smg', 'jobma', 'acme2'),
    connectionId: outside,
    subject: outside,
    eventKey: outside,
    assessmentRef: outside,
  },
  { requiredKeys: ['vendor', 'connectionId', 'subject', 'eventKey'] },
);

describe('the id of a run', () => {
  it('gives back its parts, whatever stands in them', () => {
    fc.assert(
      fc.property(runKeys, (key) =>
        expect(parseAssessmentWorkflowId(assessmentWorkflowId(key))).toEqual(key),
      ),
    );
  });

  it('differs when any part differs', () => {
    fc.assert(
      fc.property(runKeys, runKeys, (one, other) => {
        const same = assessmentWorkflowId(one) === assessmentWorkflowId(other);
        expect(same).toBe(JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)));
      }),
    );
  });

  it('is plain ASCII and readable for ids as Lever gives them', () => {
    fc.assert(fc.property(runKeys, (key) => expect(assessmentWorkflowId(key)).toMatch(/^[\x21-\x7e]+$/)));
    const key = { vendor: 'smg', connectionId: 'c-1', subject: '6f1a-0b', eventKey: 'r-1' } as const;
    expect(assessmentWorkflowId(key)).toBe('assessment/smg/c-1/6f1a-0b/r-1');
    expect(assessmentWorkflowId({ ...key, assessmentRef: '1000' })).toBe(
      'assessment/smg/c-1/6f1a-0b/r-1/1000',
    );
  });

  it('can be made of text that is no proper Unicode', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\ud800', '\udfff', 'a', '😀') }), (subject) => {
        const id = assessmentWorkflowId({
          vendor: 'smg',
          connectionId: 'c',
          subject: `x${subject}`,
          eventKey: 'e',
        });
        expect(parseAssessmentWorkflowId(id)).toMatchObject({ connectionId: 'c', eventKey: 'e' });
      }),
    );
  });

  it.each([
    '',
    'assessment',
    'assessment/smg/c/s',
    'assessment/smg/c/s/e/r/more',
    'assessment/No-Vendor/c/s/e',
    'assessment//c/s/e',
    'assessment/smg//s/e',
    'assessment/smg/c//e',
    'assessment/smg/c/s/',
    'amendment/smg/c/s/e',
    'assessment/smg/c/s/%',
    'assessment/smg/c/s/e/%zz',
  ])('is not "%s"', (id) => expect(parseAssessmentWorkflowId(id)).toBeNull());

  it('is found in no other text, and no text is a surprise', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `assessment/smg/c/s/${text}`),
        ),
        (id) => {
          const key = parseAssessmentWorkflowId(id);
          if (key !== null) expect(parseAssessmentWorkflowId(assessmentWorkflowId(key))).toEqual(key);
        },
      ),
    );
  });

  it('of an amendment tells it from a run', () => {
    expect(parseAssessmentWorkflowId(amendmentWorkflowId('a-1'))).toBeNull();
  });
});

const sorted = (key: RunKey) => Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1));

describe('the fairness key of a connection', () => {
  it('is never longer than the 64 bytes that Temporal takes', () => {
    fc.assert(
      fc.property(outside, fc.option(outside), (id, leverAccountId) => {
        expect(Buffer.byteLength(leverBucket({ id, leverAccountId }))).toBeLessThanOrEqual(64);
      }),
    );
  });

  it('is shared by the connections of one Lever account', () => {
    expect(leverBucket({ id: 'a', leverAccountId: 'account' })).toBe('account');
    expect(leverBucket({ id: 'b', leverAccountId: 'account' })).toBe('account');
    expect(leverBucket({ id: 'b', leverAccountId: null })).toBe('b');
  });
});
