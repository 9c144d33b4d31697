import fc from 'fast-check';
import type { SkipReason } from '../../../domain/events';
import { isUnseen, skipReasons } from '../../../domain/events';
import type { AnsweredChange, Entry, KnownMove } from '../../../domain/reconciling';
import {
  backfillLimitReached,
  backfillLimits,
  clockToleranceMs,
  dealtWith,
  entriesOf,
  entryKey,
  isAnswered,
  scanOf,
  triggerStageIds,
} from '../../../domain/reconciling';
import { verdicts } from '../../../domain/records';

const noon = Date.parse('2026-03-01T12:00:00Z');
const minute = 60_000;

const entry: Entry = { opportunityId: 'opp', stageId: 'assess', enteredAt: noon };
const key = entryKey(entry, 'a1b2c3d4e5');
const move = (change: Partial<KnownMove> = {}): KnownMove => ({
  opportunityId: 'opp',
  toStageId: 'assess',
  eventKey: 'token-of-lever',
  receivedAt: noon + 1_000,
  verdict: 'started',
  workflowId: 'run',
  skipReason: null,
  ...change,
});
const answered = (...moves: KnownMove[]): boolean => isAnswered(entry, key, moves, []);

describe('what a look asks for', () => {
  const stage = { stageId: 'assess', activatedAt: noon, scannedUntil: null };

  test('the first one goes back to where the stage, or the first event, began', () => {
    expect(scanOf(stage, noon - minute)).toEqual({ stageId: 'assess', floor: noon, since: noon });
    expect(scanOf(stage, noon + minute)).toMatchObject({ floor: noon + minute, since: noon + minute });
  });

  test('later ones overlap by ten minutes, and never reach below the floor', () => {
    expect(scanOf({ ...stage, scannedUntil: noon + 60 * minute }, noon).since).toBe(noon + 50 * minute);
    expect(scanOf({ ...stage, scannedUntil: noon + 5 * minute }, noon).since).toBe(noon);
  });

  test('names of stages become ids, each once; unknown ones ask for nothing', () => {
    const stages = [{ id: 'offer', text: 'Offer' }];
    expect(triggerStageIds({ stages }, ['Offer', 'offer', 'gone'])).toEqual(['offer']);
  });
});

describe('entries', () => {
  const look = { stageId: 'assess', floor: noon, since: noon + minute };

  test('each person counts once, whoever was met on two pages', () => {
    expect(entriesOf([entry, { ...entry }], look, noon)).toEqual([entry]);
  });

  test('before the floor and after the end of the look are none; between floor and since are some', () => {
    const at = (enteredAt: number): Entry => ({
      opportunityId: `o${enteredAt}`,
      stageId: 'assess',
      enteredAt,
    });
    const found = [at(noon - 1), at(noon), at(noon + 5 * minute), at(noon + 5 * minute + 1)];
    expect(entriesOf(found, look, noon + 5 * minute)).toEqual(found.slice(1, 3));
  });
});

describe('an entry is answered', () => {
  test('by nothing: not', () => {
    expect(answered()).toBe(false);
  });

  test.each(verdicts)('by a webhook that is "%s" only if something came of it, or will', (verdict) => {
    expect(answered(move({ verdict }))).toBe((dealtWith as readonly string[]).includes(verdict));
  });

  test('by a claim on its very time', () => {
    const claim: AnsweredChange = { opportunityId: 'opp', stageChangedAt: noon, workflowId: 'run' };
    expect(isAnswered(entry, key, [], [claim])).toBe(true);
    expect(isAnswered(entry, key, [], [{ ...claim, stageChangedAt: noon + 1 }])).toBe(false);
    expect(isAnswered(entry, key, [], [{ ...claim, opportunityId: 'another' }])).toBe(false);
  });

  test('not by a webhook of an earlier move, of another stage, or about somebody else', () => {
    expect(answered(move({ receivedAt: noon - clockToleranceMs - 1 }))).toBe(false);
    expect(answered(move({ receivedAt: noon - clockToleranceMs }))).toBe(true);
    expect(answered(move({ toStageId: 'review' }))).toBe(false);
    expect(answered(move({ toStageId: null }))).toBe(true);
    expect(answered(move({ opportunityId: 'another' }))).toBe(false);
  });

  test('not by a late repeat of a webhook whose run answered an earlier entry', () => {
    const late = move({ verdict: 'duplicate', receivedAt: noon + 60 * minute });
    const earlier = { opportunityId: 'opp', stageChangedAt: noon - 60 * minute, workflowId: 'run' };
    expect(isAnswered(entry, key, [late], [earlier])).toBe(false);
    expect(isAnswered(entry, key, [late], [{ ...earlier, workflowId: 'other-run' }])).toBe(true);
  });

  test.each(Object.keys(skipReasons) as SkipReason[])(
    'by a webhook whose run was skipped as "%s" only if the run saw the move',
    (skipReason) => {
      expect(answered(move({ skipReason }))).toBe(!isUnseen(skipReason));
      // What an earlier look stored is not stored again, whatever its run saw.
      expect(answered(move({ skipReason, eventKey: key }))).toBe(true);
    },
  );

  test('by what an earlier look stored about exactly this entry, and not about another', () => {
    const other = entryKey({ ...entry, enteredAt: noon - 1 }, 'a1b2c3d4e5');
    expect(answered(move({ eventKey: key, receivedAt: 0 }))).toBe(true);
    expect(answered(move({ eventKey: other }))).toBe(false);
  });
});

describe('the key of a found entry', () => {
  test('fits what Lever calls an id, and differs with stage, time and person', () => {
    const some = fc.record({
      opportunityId: fc.uuid(),
      stageId: fc.oneof(fc.uuid(), fc.string({ minLength: 1, maxLength: 300 })),
      enteredAt: fc.integer({ min: 0, max: 4e12 }),
    });
    fc.assert(
      fc.property(some, fc.stringMatching(/^[0-9a-f]{64}$/), (one, digest) => {
        expect(entryKey(one, digest)).toMatch(/^[\w.:-]{1,128}$/);
      }),
    );
    const keys = [key, entryKey(entry, 'ffff'), entryKey({ ...entry, enteredAt: 1 }, 'a1b2c3d4e5')];
    expect(new Set([...keys, entryKey({ ...entry, stageId: 'x' }, 'a1b2c3d4e5')]).size).toBe(4);
  });
});

describe('the backfill limits', () => {
  test('72 hours and fifty at once just pass', () => {
    expect(backfillLimitReached(backfillLimits.tooOldMs, backfillLimits.tooMany)).toBeNull();
    expect(backfillLimitReached(backfillLimits.tooOldMs + 1, 1)).toBe('too_old');
    expect(backfillLimitReached(0, backfillLimits.tooMany + 1)).toBe('too_many');
  });
});

/**
 * Looks over a random life of one candidate: moves into the stage at different times, webhooks that come or do not, and
 * looks that store what they find. However these fall, each entry is answered, and none twice.
 */
test('every entry is answered once, whichever webhooks are lost and however often one looks', () => {
  const lives = fc.uniqueArray(
    fc.record({ minutes: fc.integer({ min: 0, max: 500 }), heard: fc.boolean(), claimed: fc.boolean() }),
    { selector: ({ minutes }) => minutes, minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(lives, fc.integer({ min: 1, max: 4 }), (life, looks) => {
      const moves: KnownMove[] = [];
      const claims: AnsweredChange[] = [];
      const runsOf = new Map<number, number>();
      const start = (enteredAt: number, claimed: boolean, eventKey: string): void => {
        const workflowId = `run/${eventKey}`;
        moves.push(move({ eventKey, receivedAt: enteredAt + 1_000, workflowId }));
        if (claimed) claims.push({ opportunityId: 'opp', stageChangedAt: enteredAt, workflowId });
        runsOf.set(enteredAt, (runsOf.get(enteredAt) ?? 0) + 1);
      };
      // Entries further apart than the clocks may differ, as those of a person who leaves and returns.
      for (const { minutes, heard, claimed } of [...life].sort((a, b) => a.minutes - b.minutes)) {
        const enteredAt = noon + minutes * 3 * minute;
        if (heard) start(enteredAt, claimed, `token-${minutes}`);
        for (let look = 0; look < looks; look += 1) {
          const now: Entry = { ...entry, enteredAt };
          const own = entryKey(now, 'a1b2c3d4e5');
          if (!isAnswered(now, own, moves, claims)) start(enteredAt, claimed, own);
        }
        expect(runsOf.get(enteredAt)).toBe(1);
      }
    }),
  );
});
