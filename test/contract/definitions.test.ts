import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { planFaults } from '../../domain/effects';
import type { Moment } from '../../domain/reducer';
import { vendorIds } from '../../domain/ids';
import { registry, vendor } from '../../vendors/registry';
import { casesOf, folders } from './cases';

/** What can be said about a vendor's definition without asking anybody. Each test names all faults at once. */

const moments: Moment[] = [
  'invited',
  'started',
  'progress',
  'completed',
  'expired',
  'declined',
  'cancelled',
  'failed',
  'skipped',
  'reminded',
];

const vendorFolders = readdirSync(join(__dirname, '../../vendors'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

describe('the registry', () => {
  const served = Object.keys(registry).sort();

  it('has one entry for each vendor folder and each folder of cases', () => {
    expect(vendorFolders).toEqual(served);
    expect(folders()).toEqual(served);
  });

  it('names itself as the definitions do', () => {
    expect(Object.entries(registry).map(([key, definition]) => [key, definition.id])).toEqual(
      Object.keys(registry).map((key) => [key, key]),
    );
    expect(vendorIds).toEqual(expect.arrayContaining(served));
  });

  it.each(['nobody', 'constructor', '__proto__'])('knows no vendor %s and says which there are', (id) => {
    expect(() => vendor(id)).toThrow(
      expect.objectContaining({ code: 'not_found', message: expect.stringContaining('smg') }),
    );
  });
});

describe.each(Object.keys(registry))('the definition of %s', (id) => {
  const definition = vendor(id);
  const cases = casesOf(id);

  it('is complete', () => {
    const faults = [
      ...(/^https:\/\//.test(definition.help) ? [] : ['help is no https address']),
      ...(definition.label.trim() ? [] : ['no label']),
      ...(definition.acknowledge >= 200 && definition.acknowledge < 300 ? [] : ['acknowledge is no 2xx']),
      ...(definition.limits.perSecondPerConnection > 0 ? [] : ['no limit']),
      ...(definition.polls === (definition.requests.status !== undefined)
        ? []
        : ['polls and status disagree']),
      ...(existsSync(join(__dirname, '../../vendors', id, 'definition.ts')) ? [] : ['no definition.ts']),
    ];
    expect(faults).toEqual([]);
  });

  it('has a case for every operation, and for errors', () => {
    const wanted = [...Object.keys(definition.requests), 'route', 'plan', 'callback'];
    expect(wanted.filter((operation) => !cases.some(({ one }) => one.operation === operation))).toEqual([]);
    expect(cases.some(({ one }) => one.error !== undefined)).toBe(true);
  });

  it('needs no setting, and refuses one it does not know', () => {
    expect(definition.settings.safeParse({}).success).toBe(true);
    expect(definition.settings.safeParse({ tirggerStages: ['x'] }).success).toBe(false);
  });

  it('needs credentials, and refuses ones it does not know', () => {
    expect(definition.credentials.safeParse({}).success).toBe(false);
    const known = cases[0]?.one.credentials ?? {};
    expect(definition.credentials.safeParse(known).success).toBe(true);
    expect(definition.credentials.safeParse({ ...known, undeclared: 'x' }).success).toBe(false);
  });

  it('has no secret and nobody real in its cases', () => {
    // A signature of a recorded message, `v1=…`, and the digest of a document, `sha256…`, open nothing.
    const suspicious =
      /eyJ[\w-]{10,}\.|(?<!v1=|sha256\W{1,6})\b[0-9a-f]{40,}\b|-----BEGIN|@(?!example\.(?:com|org)\b)[\w-]+\.\w+/i;
    expect(cases.filter(({ text }) => suspicious.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('plans in an order that can be carried out, the same each time, whatever is known', () => {
    const route = fc.constant({ assessmentRef: '1', assessmentName: 'One', options: {} });
    const invitation = fc.constant({ vendorRef: 'r', url: 'https://vendor.example/a', expiresAt: null });
    const result = fc.record({
      score: fc.option(fc.integer({ min: 0, max: 100 })),
      maxScore: fc.constant(null),
      band: fc.option(fc.string()),
      reports: fc.array(fc.record({ label: fc.string(), url: fc.webUrl() }), { maxLength: 2 }),
      completedAt: fc.constant(null),
    });
    const settings = fc.record(
      {
        resultsStage: fc.constantFrom('Results', 'Gone'),
        note: fc.constant('{assessment}: {score}'),
        thresholds: fc.array(
          fc.record({
            min: fc.integer({ min: 0, max: 100 }),
            tag: fc.constant('Strong'),
            stage: fc.constant('Results'),
          }),
          { maxLength: 3 },
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...moments),
        fc.option(fc.string()),
        fc.option(route),
        fc.option(invitation),
        fc.option(result),
        settings,
        fc.nat({ max: 2 }),
        (moment, detail, ofRoute, ofInvitation, ofResult, given, openSiblings) => {
          const plan = () =>
            definition.plan({
              moment,
              detail,
              settings: definition.settings.parse(given),
              route: ofRoute,
              inheritTags: ['A'],
              presentTags: [],
              invitation: ofInvitation,
              result: ofResult,
              openSiblings,
              stageId: (name) => (name === 'Results' ? 'stage-1' : null),
            });
          expect(planFaults({ moment, id: moment, effects: plan() })).toEqual([]);
          expect(plan()).toEqual(plan());
        },
      ),
      { numRuns: 200 },
    );
  });
});
