import fc from 'fast-check';
import type { RunKey } from '../../../domain/ids';
import {
  amendmentWorkflowId,
  assessmentWorkflowId,
  leverBucket,
  parseAssessmentWorkflowId,
  siblingWorkflowId,
  stageChangeOf,
  subjectPrefix,
} from '../../../domain/ids';

/** Words of somebody else: anything that is text, and what looks like our own separators and escapes; short enough to be kept. */
const outside = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
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

describe('an id that Temporal would refuse for its length', () => {
  /** PostgreSQL's column for workflow ids, and what of it is free for the id up to each part. */
  const longest = { subject: 187, eventKey: 221, assessmentRef: 255 };
  /** As ids were made before there was a bound: open runs, claims and callback addresses hold them. */
  const unbounded = (key: RunKey): string =>
    ['assessment', key.vendor, key.connectionId, key.subject, key.eventKey, key.assessmentRef]
      .flatMap((part) =>
        part === undefined ? [] : encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\uFFFD')),
      )
      .join('/');
  const length = fc.nat({ max: 400 });
  const long = fc
    .tuple(fc.constantFrom('a', '€', '/', '😀'), length)
    .map(([text, n]) => `x${text.repeat(n)}`);
  const longKeys: fc.Arbitrary<RunKey> = fc.record(
    {
      vendor: fc.constantFrom('smg', 'upwage'),
      connectionId: fc.constant('con_0123456789abcdef'),
      subject: fc.oneof(outside, long),
      eventKey: fc.oneof(outside, long),
      assessmentRef: fc.oneof(outside, long),
    },
    { requiredKeys: ['vendor', 'connectionId', 'subject', 'eventKey'] },
  );

  it('is bounded, and stays byte for byte what it was wherever that fits', () => {
    fc.assert(
      fc.property(longKeys, (key) => {
        const [id, before] = [assessmentWorkflowId(key), unbounded(key)];
        expect(id.length).toBeLessThanOrEqual(longest.assessmentRef);
        expect(id).toMatch(/^[\x21-\x7e]+$/);
        const upTo = (count: number): number => before.split('/').slice(0, count).join('/').length;
        const fits =
          upTo(4) <= longest.subject && upTo(5) <= longest.eventKey && upTo(6) <= longest.assessmentRef;
        if (fits) expect(id).toBe(before);
        else expect(id).toMatch(/\/\$[0-9a-f]{32}/);
      }),
    );
  });

  it('differs when any part differs', () => {
    fc.assert(
      fc.property(longKeys, longKeys, (one, other) => {
        const same = assessmentWorkflowId(one) === assessmentWorkflowId(other);
        expect(same).toBe(unbounded(one) === unbounded(other));
      }),
    );
    const key = { vendor: 'upwage', connectionId: 'c', subject: '€'.repeat(200), eventKey: 'e' };
    const imitated = assessmentWorkflowId(key).split('/')[3] as string;
    expect(assessmentWorkflowId({ ...key, subject: imitated })).not.toBe(assessmentWorkflowId(key));
  });

  it('has the beginning of the other runs of its subject and its stage change', () => {
    const start = { vendor: 'upwage', connectionId: 'con_1' };
    fc.assert(
      fc.property(long, long, long, long, (subject, eventKey, other, assessmentRef) => {
        const session = { ...start, subject };
        expect(subjectPrefix(assessmentWorkflowId({ ...session, eventKey }))).toBe(
          subjectPrefix(assessmentWorkflowId({ ...session, eventKey: other })),
        );
        const first = assessmentWorkflowId({ ...session, eventKey });
        const sibling = siblingWorkflowId(first, assessmentRef);
        expect(stageChangeOf(sibling)).toBe(first);
        expect(siblingWorkflowId(sibling, assessmentRef)).toBe(sibling);
        expect(sibling).toBe(assessmentWorkflowId({ ...session, eventKey, assessmentRef }));
      }),
    );
  });

  // Literally what the hub has written into databases, histories and addresses.
  it.each([
    [
      { vendor: 'smg', connectionId: 'con_1', subject: '6f1a-0b', eventKey: 'tok:1' },
      'assessment/smg/con_1/6f1a-0b/tok%3A1',
    ],
    [
      { vendor: 'jobma', connectionId: 'c', subject: 'a/b', eventKey: 'é €', assessmentRef: '%' },
      'assessment/jobma/c/a%2Fb/%C3%A9%20%E2%82%AC/%25',
    ],
    [
      { vendor: 'upwage', connectionId: 'c', subject: 'x'.repeat(167), eventKey: 'y'.repeat(33) },
      `assessment/upwage/c/${'x'.repeat(167)}/${'y'.repeat(33)}`,
    ],
    [
      { vendor: 'upwage', connectionId: 'c', subject: 'x'.repeat(167), eventKey: 'y'.repeat(34) },
      `assessment/upwage/c/${'x'.repeat(167)}/$b90db8b04822b9312e3f4e2336847801`,
    ],
    [
      { vendor: 'upwage', connectionId: 'c', subject: 'x'.repeat(168), eventKey: 'evt_1' },
      'assessment/upwage/c/$28497b64afea17047934eb8cef8c2b9d/evt_1',
    ],
    [
      {
        vendor: 'upwage',
        connectionId: 'c',
        subject: '€'.repeat(200),
        eventKey: 'evt_1',
        assessmentRef: 'z'.repeat(240),
      },
      'assessment/upwage/c/$369a6bc876438f73a86f90c32f4b21d2/evt_1/$6479845ec0002f3f66b8b1363d494881',
    ],
  ])('is for good: %j', (key, id) => expect(assessmentWorkflowId(key)).toBe(id));
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
