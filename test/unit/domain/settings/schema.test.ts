import fc from 'fast-check';
import { findStage } from '../../../../domain/connection';
import { commonSettings, policyOf } from '../../../../domain/settings/schema';

const day = 86_400_000;

/** The paths at which settings are refused. */
const refused = (settings: unknown): string[] =>
  (commonSettings.safeParse(settings).error?.issues ?? []).map((issue) => issue.path.join('.'));

describe('settings', () => {
  it('have a default for everything, and the defaults are settings again', () => {
    const defaults = {
      triggerStages: [],
      resultsStages: {},
      movesFrom: [],
      mapping: {},
      expiresAfter: 30 * day,
      reminders: [],
      onLeaveStage: 'keep',
      inviteIfLeft: false,
      suspendLimit: 30 * day,
      tags: {},
      texts: {},
      shows: {},
      thresholds: [],
      paused: false,
    };
    expect(commonSettings.parse({})).toEqual(defaults);
  });

  it('read durations, and "never" as no end of ours', () => {
    const given = commonSettings.parse({ expiresAfter: '36h', reminders: ['1d', '3d'], suspendLimit: '2d' });
    expect(given).toMatchObject({
      expiresAfter: 36 * 3_600_000,
      reminders: [day, 3 * day],
      suspendLimit: 2 * day,
    });
    expect(commonSettings.parse({ expiresAfter: 'never' }).expiresAfter).toBeNull();
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a word it does not know', { tirggerStages: [] }, ''],
    ['an empty stage', { triggerStages: [''] }, 'triggerStages.0'],
    ['one stage instead of a list', { triggerStages: 'Assessment' }, 'triggerStages'],
    ['an empty results stage', { resultsStage: '' }, 'resultsStage'],
    ['an address that is none', { serviceUserEmail: 'service user' }, 'serviceUserEmail'],
    ['a mapping to nothing', { mapping: { p: null } }, 'mapping.p'],
    ['a time without its unit', { expiresAfter: '30' }, 'expiresAfter'],
    ['a number of milliseconds', { expiresAfter: 30 }, 'expiresAfter'],
    ['a suspend limit without end', { suspendLimit: 'never' }, 'suspendLimit'],
    ['a reminder that is no time', { reminders: ['1d', 'soon'] }, 'reminders.1'],
    ['more reminders than anybody wants', { reminders: Array(11).fill('1d') }, 'reminders'],
    ['another way to leave a stage', { onLeaveStage: 'archive' }, 'onLeaveStage'],
    ['words for yes', { inviteIfLeft: 'yes' }, 'inviteIfLeft'],
    ['an empty tag', { tags: { completed: '' } }, 'tags.completed'],
    ['an empty note', { note: '' }, 'note'],
    ['a note without end', { note: 'x'.repeat(10_001) }, 'note'],
    ['a threshold without its score', { thresholds: [{ tag: 'Strong' }] }, 'thresholds.0.min'],
    ['a threshold of a score and a verdict', { thresholds: [{ min: 1, band: 'A' }] }, 'thresholds.0.min'],
    ['a threshold with unknown words', { thresholds: [{ min: 1, color: 'red' }] }, 'thresholds.0'],
    ['a text about nothing it knows', { texts: { welcome: 'Hello' } }, 'texts'],
    ['an empty text', { texts: { expired: '' } }, 'texts.expired'],
    ['words for no', { shows: { link: 'no' } }, 'shows.link'],
    ['a note that is switched on', { note: true }, 'note'],
    ['a trigger stage that leads nowhere', { resultsStages: { Assessment: '' } }, 'resultsStages.Assessment'],
  ])('refuse %s, and say where', (_case, settings, path) => {
    expect(refused(settings)).toEqual([path]);
  });

  it('never throw anything but a refusal', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(commonSettings.shape)), fc.jsonValue()),
        (given) => {
          expect(typeof commonSettings.safeParse(given).success).toBe('boolean');
        },
      ),
    );
  });

  it('know the reminder at half time, which the deadline places', () => {
    const settings = commonSettings.parse({ reminders: ['half', '1d'] });
    expect(policyOf(settings, null)).toMatchObject({ reminderOffsetsMs: [day], remindsAtHalf: true });
  });

  it('become the policy of a run', () => {
    const settings = commonSettings.parse({
      reminders: ['1d'],
      onLeaveStage: 'cancel',
      expiresAfter: 'never',
    });
    const poll = { minMs: 1_000, maxMs: 2_000 };
    expect(policyOf(settings, poll)).toEqual({
      expiresAfterMs: null,
      reminderOffsetsMs: [day],
      onLeaveStage: 'cancel',
      suspendLimitMs: 30 * day,
      poll,
      result: { looksWithinMs: 600_000, patienceMs: day },
    });
  });
});

describe('ids and names that were pasted', () => {
  const paste = (text: string): string => `\u00a0${text.slice(0, 2)}\u200b${text.slice(2)}\ufeff`;

  it('are read without what cannot be seen in them', () => {
    const settings = commonSettings.parse({
      triggerStages: [paste('Assessment')],
      resultsStage: paste('Review'),
      resultsStages: { [paste('Assessment')]: paste('Onsite') },
      performAs: paste('user-1'),
      mapping: { [paste('posting-1')]: paste('kit-1') },
      defaultAssessment: paste('kit-2'),
      thresholds: [{ band: paste('Proceed'), stage: paste('Onsite') }],
    });
    expect(settings).toMatchObject({
      triggerStages: ['Assessment'],
      resultsStage: 'Review',
      resultsStages: { Assessment: 'Onsite' },
      performAs: 'user-1',
      mapping: { 'posting-1': 'kit-1' },
      defaultAssessment: 'kit-2',
      thresholds: [{ band: 'Proceed', stage: 'Onsite' }],
    });
  });

  it.each(['', '\u200b', ' \u00a0\u2060'])('are refused where nothing can be seen: %j', (text) => {
    for (const given of [
      { triggerStages: [text] },
      { resultsStage: text },
      { mapping: { [text]: 'kit-1' } },
      { mapping: { 'posting-1': text } },
      { defaultAssessment: text },
    ]) {
      expect(commonSettings.safeParse(given).success).toBe(false);
    }
  });
});

describe('a stage', () => {
  const stages = [
    { id: 'one', text: 'two' },
    { id: 'two', text: 'Review' },
    { id: 'three', text: 'Review' },
  ];

  it('is found by its id first, then by its exact name', () => {
    expect(findStage(stages, 'two')?.id).toBe('two');
    expect(findStage(stages, 'Review')?.id).toBe('two');
    expect(findStage(stages, 'review')).toBeNull();
  });
});
