import { contradictions } from '../../../../domain/settings/contradictions';
import type { VendorTraits } from '../../../../domain/settings/error';
import { commonSettings } from '../../../../domain/settings/schema';

const traits: VendorTraits = {
  label: 'Vendor',
  tellsEnd: false,
  writesFiles: false,
  startsRuns: false,
  serviceRole: null,
  asksForStage: false,
};

/** `path: message` of every fault. */
const faults = (given: Record<string, unknown>, change: Partial<VendorTraits> = {}): string[] => {
  const { assessmentsByTag, ...common } = given;
  const settings = {
    ...commonSettings.parse(common),
    ...(assessmentsByTag !== undefined && { assessmentsByTag: assessmentsByTag as Record<string, string> }),
  };
  return contradictions(settings, { ...traits, ...change }).map(({ path, message }) => `${path}: ${message}`);
};

describe('settings that cannot be meant', () => {
  it.each<[string, Record<string, unknown>, Partial<VendorTraits>, RegExp]>([
    [
      'half of no time',
      { reminders: ['half'], expiresAfter: 'never' },
      {},
      /^reminders\.0: half needs a deadline.*3d$/,
    ],
    [
      'a reminder behind the end',
      { reminders: ['1d', '9d'], expiresAfter: '9d' },
      {},
      /^reminders\.1: .*after 9d never/,
    ],
    [
      'a reminder of nobody',
      { reminders: ['1d'] },
      { startsRuns: true },
      /^reminders\.0: Vendor invites by itself/,
    ],
    [
      'a field that no note has',
      { note: '{score} {scroe}' },
      {},
      /^note: it has no field \{scroe\}; .*\{score\}/,
    ],
    [
      'the field of another text',
      { texts: { invited: '{reason}' } },
      {},
      /^texts\.invited: it has no field \{reason\}/,
    ],
    ['a threshold without effect', { thresholds: [{ min: 1 }] }, {}, /^thresholds\.0: it triggers nothing/],
    [
      'two thresholds at one score',
      {
        thresholds: [
          { min: 1, tag: 'A' },
          { min: 1, stage: 'B' },
        ],
      },
      {},
      /^thresholds\.1: another threshold/,
    ],
    [
      'two thresholds of one verdict',
      {
        thresholds: [
          { band: 'Go', tag: 'A' },
          { band: 'GO', tag: 'B' },
        ],
      },
      {},
      /^thresholds\.1: another threshold/,
    ],
    [
      'a threshold that shows a state',
      { tags: { completed: 'Done' }, thresholds: [{ min: 1, tag: 'Done' }] },
      {},
      /^thresholds\.0\.tag: "Done" already shows the state/,
    ],
    [
      'a tag twice',
      { assessmentsByTag: { 'Package=Café': '1', ' Package=Cafe\u0301 ': '2' } },
      {},
      /^assessmentsByTag\..*: .*is listed twice/,
    ],
    [
      'a state that asks for an assessment',
      { tags: { completed: 'Done' }, assessmentsByTag: { Done: '1' } },
      {},
      /^assessmentsByTag\.Done: "Done" shows the state/,
    ],
    ['a file that nobody gives', { shows: { file: true } }, {}, /^shows\.file: Vendor gives no file/],
  ])('%s', (_, given, change, message) => {
    expect(faults(given, change)).toEqual([expect.stringMatching(message)]);
  });

  it.each<[string, Record<string, unknown>, Partial<VendorTraits>]>([
    ['the defaults', {}, {}],
    ['half of the vendor’s own time', { reminders: ['half'], expiresAfter: 'never' }, { tellsEnd: true }],
    ['half of the connection’s time', { reminders: ['half'], expiresAfter: '8d' }, {}],
    ['a reminder without an end', { reminders: ['90d'], expiresAfter: 'never' }, {}],
    ['braces around nothing', { note: '{} { score } {score}', texts: { failed: '{reason} {link}' } }, {}],
    ['no note and no links', { note: false, shows: { link: false, report: false, file: false } }, {}],
    ['a file of a vendor that gives some', { shows: { file: true } }, { writesFiles: true }],
    [
      'a score and a verdict',
      {
        thresholds: [
          { min: 1, tag: 'A' },
          { band: '1', tag: 'B' },
        ],
      },
      {},
    ],
    ['tags in other capitals', { assessmentsByTag: { sales: '1', Sales: '2' } }, {}],
  ])('are not: %s', (_, given, change) => {
    expect(faults(given, change)).toEqual([]);
  });
});
