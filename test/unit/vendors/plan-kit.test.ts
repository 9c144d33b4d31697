import fc from 'fast-check';
import { endedFor } from '../../../domain/end-reasons';
import { commonSettings } from '../../../domain/settings/schema';
import {
  attach,
  because,
  completionNote,
  last,
  ownText,
  reachedThreshold,
  stageMove,
  swapStatus,
} from '../../../vendors/plan-kit';

describe('the pieces of plans', () => {
  it('take old status tags away before the new one comes, and ask for nothing needless', () => {
    expect(swapStatus(['New', 'New'], ['Old', 'Old', 'New'])).toEqual([
      { kind: 'removeTags', key: 'clear-status', slot: 'status', tags: ['Old'] },
      { kind: 'addTags', key: 'status', slot: 'status', tags: ['New'], after: ['clear-status'] },
    ]);
    expect(swapStatus(['New'], ['New'])).toEqual([
      { kind: 'addTags', key: 'status', slot: 'status', tags: ['New'] },
    ]);
  });

  it('count the highest threshold that the score reaches', () => {
    const thresholds = fc.array(fc.record({ min: fc.integer({ min: 0, max: 10 }) }));
    fc.assert(
      fc.property(thresholds, fc.option(fc.integer({ min: 0, max: 10 })), (given, score) => {
        const reached = given.map(({ min }) => min).filter((min) => score !== null && min <= score);
        const expected = reached.length === 0 ? null : Math.max(...reached);
        expect(reachedThreshold(given, score)?.min ?? null).toBe(expected);
      }),
    );
  });

  it('count the vendor’s verdict before the score', () => {
    const thresholds = [
      { min: 0, tag: 'Any' },
      { band: 'Proceed', tag: 'Go' },
      { min: 90, tag: 'Strong' },
    ];
    expect(reachedThreshold(thresholds, 95, ' proceed ')?.tag).toBe('Go');
    expect(reachedThreshold(thresholds, null, 'Proceed')?.tag).toBe('Go');
    expect(reachedThreshold(thresholds, 95, 'Proceed further')?.tag).toBe('Strong');
    expect(reachedThreshold(thresholds, null, 'No')).toBeNull();
  });

  it('take the connection’s own words where it has some', () => {
    const settings = commonSettings.parse({
      texts: { cancelled: '{assessment} ended ({reason}). {link} {other}' },
    });
    const invitation = { vendorRef: 'r', url: 'https://vendor.example/a', expiresAt: null };
    const route = { assessmentRef: '1', assessmentName: 'Leadership', options: {} };
    expect(
      ownText(settings, 'cancelled', { route, invitation, reason: endedFor('called_off', 'filled') }),
    ).toBe('Leadership ended (filled). https://vendor.example/a {other}');
    expect(ownText(settings, 'expired', { route, invitation, reason: null })).toBeNull();
  });

  it('fill a note, and leave braces that mean nothing', () => {
    const result = { score: 0, maxScore: null, band: null, reports: [], completedAt: null };
    expect(completionNote('{assessment} {score}/{maxScore} {band} {report} {other}', null, result)).toBe(
      'n/a 0/n/a n/a n/a {other}',
    );
  });

  it('put reasons behind what they are of', () => {
    expect(because('Ended', null)).toBe('Ended.');
    expect(because('Ended', endedFor('fault', 'it broke!'))).toBe('Ended: it broke!');
    expect(because('Ended', endedFor('called_off', 'archived'))).toBe('Ended: archived.');
  });

  it('move to a threshold’s stage rather than to the results stage, and say when there is none', () => {
    const settings = commonSettings.parse({ resultsStage: 'Results' });
    const known = (name: string): string | null => (name === 'Gone' ? null : `id of ${name}`);
    expect(stageMove(settings, null, known)).toMatchObject({ stageId: 'id of Results' });
    expect(stageMove(settings, { stage: 'Offer' }, known)).toMatchObject({ stageId: 'id of Offer' });
    expect(stageMove(settings, { stage: 'Gone' }, known)).toMatchObject({
      kind: 'note',
      key: 'stage-missing',
    });
    expect(stageMove(commonSettings.parse({}), null, known)).toBeNull();
    const perTrigger = commonSettings.parse({ resultsStage: 'Results', resultsStages: { Screen: 'Onsite' } });
    expect(stageMove(perTrigger, null, known, 'id of Screen')).toMatchObject({ stageId: 'id of Onsite' });
    expect(stageMove(perTrigger, null, known, 'id of Other')).toMatchObject({ stageId: 'id of Results' });
    expect(stageMove(perTrigger, { stage: 'Offer' }, known, 'id of Screen')).toMatchObject({
      stageId: 'id of Offer',
    });
    expect(last([], { kind: 'note', key: 'n', text: 't' })).toEqual([{ kind: 'note', key: 'n', text: 't' }]);
  });

  describe('attach a report', () => {
    const report = { label: 'Screening', url: 'https://vendor.example/r/1' };
    const file = {
      id: 'fil_1',
      name: 'SuperScreener.pdf',
      contentType: 'application/pdf',
      size: 28 * 1024 * 1024,
      sha256: '3fa9c1d2aa00',
    };
    const nameOf = (name: string, change = {}): unknown =>
      (attach('report', { ...report, file: { ...file, name, ...change } }, 'Error')[0] as { name?: string })
        .name;

    it('as a file, by a name that tells its content', () => {
      expect(attach('report', { ...report, file }, 'Error')).toEqual([
        {
          kind: 'file',
          key: 'report',
          fileId: 'fil_1',
          name: 'SuperScreener-3fa9c1d2.pdf',
          contentType: 'application/pdf',
          size: 29_360_128,
        },
      ]);
      expect(nameOf('SuperScreener.pdf', { sha256: 'bbbbbbbb0' })).toBe('SuperScreener-bbbbbbbb.pdf');
    });

    it.each([
      ['no extension', 'report', 'report-3fa9c1d2'],
      ['only an extension', '.pdf', 'report-3fa9c1d2.pdf'],
      ['nothing', ' \u0000 ', 'report-3fa9c1d2'],
      ['a path', '../../etc/a "b"\r\n.pdf', '.. .. etc a b-3fa9c1d2.pdf'],
      ['letters of its language', 'Bericht für Zoe\u0308.pdf', 'Bericht für Zoë-3fa9c1d2.pdf'],
      ['no end', `${'😀'.repeat(300)}.pdf`, `${'😀'.repeat(80)}-3fa9c1d2.pdf`],
    ])('whose name has %s', (_, name, expected) => expect(nameOf(name)).toBe(expected));

    it('as a note with the link and the error tag when it is larger than Lever takes', () => {
      expect(attach('report', { ...report, file: { ...file, size: file.size + 1 } }, 'Upwage Error')).toEqual(
        [
          {
            kind: 'note',
            key: 'report',
            text:
              '"Screening" was not attached: it has 29 MiB, and Lever takes files up to 28 MiB. ' +
              'It can be read here: https://vendor.example/r/1',
          },
          { kind: 'addTags', key: 'report-error', slot: 'attachment', tags: ['Upwage Error'] },
        ],
      );
    });

    it('likewise when it could not be had', () => {
      const [text] = attach('report', { ...report, file: { problem: 'it is no PDF' } }, 'Upwage Error');
      expect(text).toMatchObject({ text: expect.stringContaining('was not attached: it is no PDF. It can') });
      const [bare] = attach('f', { label: 'Photo', url: null, file: { problem: 'it is no PDF' } }, 'Error');
      expect(bare).toMatchObject({ text: '"Photo" was not attached: it is no PDF.' });
    });
  });
});
