import { createHash } from 'node:crypto';
import { digestOf } from '../../../activities/result';
import type { AssessmentResult, ResultFile } from '../../../domain/assessment';

/** By its digest an amendment sees whether a result says anything new. */

const bare: AssessmentResult = { score: 1, maxScore: 2, band: null, reports: [], completedAt: null };
const file = (change: Partial<ResultFile>): string =>
  digestOf({
    ...bare,
    files: [
      {
        label: 'Report',
        name: 'report.pdf',
        contentType: 'application/pdf',
        sha256: null,
        from: { url: 'https://vendor.example/files/1.pdf?signature=a' },
        ...change,
      },
    ],
  });
const kept = (sha256: string, id = 'fil_1') =>
  file({ from: { kept: { id, name: 'report.pdf', contentType: 'application/pdf', size: 1, sha256 } } });

it('is another one with a file, and with another file', () => {
  expect(file({})).not.toBe(digestOf(bare));
  expect(file({ label: 'Certificate' })).not.toBe(file({}));
  expect(file({ from: { url: 'https://vendor.example/files/2.pdf' } })).not.toBe(file({}));
  expect(kept('b')).not.toBe(kept('a'));
});

it('is the same for an address that was only signed anew, and for a content that was kept again', () => {
  expect(file({ from: { url: 'https://vendor.example/files/1.pdf?signature=b' } })).toBe(file({}));
  expect(kept('a', 'fil_2')).toBe(kept('a'));
  expect(file({ sha256: 'ab', from: { url: 'https://other.example/' } })).toBe(file({ sha256: 'ab' }));
});

it('is what it always was for a result without files', () => {
  // Kept in the records of runs that are over: another digest would write their results once more.
  expect(digestOf(bare)).toBe('64349fc2e8d5889012ffcf6d7f1b96aa4ed80fa584aacabc341eb93aaa2d7746');
});

test('is for good what it was, for results with parts and files as well', () => {
  const whole = {
    ...bare,
    reports: [{ label: 'Report', url: 'https://vendor.example/r' }],
    parts: [{ label: 'Logic', score: 3, maxScore: 5, text: 'good' }],
    files: [
      {
        label: 'CV',
        name: 'cv.pdf',
        contentType: 'application/pdf',
        sha256: null,
        from: { url: 'https://vendor.example/cv?signed=1' },
      },
    ],
  };
  const written = [
    ...[bare.score, bare.maxScore, bare.band, [['Report', 'https://vendor.example/r']]],
    ['Logic', 3, 'good'],
    ['file', 'CV', 'cv.pdf', 'https://vendor.example/cv'],
  ];
  expect(digestOf(whole)).toBe(createHash('sha256').update(JSON.stringify(written)).digest('hex'));
});
