import { withUsableLink, withUsableLinks } from '../../../activities/links';
import { buildPlan } from '../../../activities/planning';
import type { AssessmentResult, Invitation } from '../../../domain/assessment';
import type { PlannedEffect } from '../../../domain/effects';
import { registry } from '../../../vendors/registry';
import { casesOf } from '../../contract/cases';
import { aConnection } from '../../helpers/domain';

/** What vendors give as links reaches Lever only where it is an address, and a person is told where one is not. */

const unusable = [
  'javascript:alert(1)',
  'data:text/html,x',
  'https://hire.lever.co@example.com/',
  '/relative',
  'x',
];
const result = (url: string): AssessmentResult => ({
  score: 1,
  maxScore: 2,
  band: null,
  reports: [
    { label: 'Report', url },
    { label: 'Profile', url: ' https://vendor.example/p ' },
  ],
  completedAt: null,
});
const invitation = (url: string | null): Invitation => ({ vendorRef: '1', url, expiresAt: null });

it.each(unusable)('leaves %s out and says so', (url) => {
  const vendor = { label: 'Acme' };
  expect(withUsableLink(vendor, invitation(url))).toEqual({
    ...invitation(null),
    leftOut: expect.stringMatching(/^Acme gave a link to the assessment that is not a web address: /),
  });
  const usable = withUsableLinks(vendor, result(url));
  expect(usable.reports).toEqual([{ label: 'Profile', url: 'https://vendor.example/p' }]);
  expect(usable.leftOut).toMatch(/^Acme gave a link to the result that is not a web address: /);
  expect(usable.leftOut).not.toContain(url === 'x' ? 'x:' : url);
});

it('says nothing where all are addresses, or none is given', () => {
  const vendor = { label: 'Acme' };
  expect(withUsableLink(vendor, invitation('https://vendor.example/i'))).toEqual(
    invitation('https://vendor.example/i'),
  );
  expect(withUsableLink(vendor, invitation(null))).toEqual(invitation(null));
  expect(withUsableLinks(vendor, result('https://vendor.example/r'))).not.toHaveProperty('leftOut');
});

describe.each(Object.values(registry).map((vendor) => [vendor.id, vendor] as const))(
  'a plan of %s',
  (id, vendor) => {
    const [first] = casesOf(id);
    // A text of the connection's own may show every link.
    const settings = {
      ...vendor.settings.parse(first?.one.settings ?? {}),
      note: '{link} {report}',
      texts: { invited: '{link}', reminder: '{link}', expired: '{link}' },
      shows: { link: true, report: true },
    };
    const plan = (trigger: 'invited' | 'reminded' | 'completed' | 'expired', url: string): PlannedEffect[] =>
      buildPlan(
        { vendor, settings, connection: aConnection({ stages: [] }) },
        {
          planId: trigger,
          trigger: trigger,
          reason: null,
          route: { assessmentRef: '1', assessmentName: 'One', options: {} },
          inheritTags: [],
          presentTags: [],
          invitation: invitation(url),
          result: trigger === 'completed' ? { ...result(url), band: 'PASSED' } : null,
          openSiblings: 0,
        },
      ).effects;

    it.each(['invited', 'reminded', 'completed', 'expired'] as const)(
      'shows no link that is no address when %s',
      (trigger) => {
        for (const url of unusable.filter((one) => one !== 'x')) {
          expect(JSON.stringify(plan(trigger, url))).not.toContain(url);
        }
      },
    );

    it('tells of it once, at the trigger at which it came', () => {
      const notes = (effects: PlannedEffect[]): string[] =>
        effects.flatMap((effect) =>
          effect.key === 'left-out' && effect.kind === 'note' ? [effect.text] : [],
        );
      expect(notes(plan('invited', 'javascript:x'))).toEqual([
        expect.stringContaining('link to the assessment'),
      ]);
      expect(notes(plan('completed', 'javascript:x'))).toEqual([
        expect.stringContaining('link to the result'),
      ]);
      expect(notes(plan('reminded', 'javascript:x'))).toEqual([]);
      expect(notes(plan('invited', 'https://vendor.example/'))).toEqual([]);
    });
  },
);
