import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ActivityDeps } from '../../../activities/deps';
import { createRecordActivities } from '../../../activities/records';
import { createScreeningRecords } from '../../../activities/screening';
import { createVendorActivities } from '../../../activities/vendor';
import type { AssessmentResult, Invitation, Subject } from '../../../domain/assessment';
import { parseKeyRing } from '../../../platform/crypto/keyring';
import type { AnyVendor } from '../../../vendors/define';
import { registry } from '../../../vendors/registry';
import { aConnection, aRun } from '../../helpers/domain';

/** An activity parses a connection's settings once, however many of its steps need them. */

const invitation: Invitation = { vendorRef: '647', url: 'https://vendor.example/i', expiresAt: null };
const result: AssessmentResult = { score: 1, maxScore: 2, band: null, reports: [], completedAt: null };
const run = { ...aRun(), opportunityId: 'opp-1' };
const route = { assessmentRef: '1', assessmentName: 'One', options: {} };
const opportunity = {
  id: 'opp-1',
  contactId: 'c-1',
  postingId: null,
  stageId: 'st-1',
  stageChangedAt: 0,
  tags: [],
  links: [],
  candidate: { name: 'Dana Example', email: 'dana@example.com', phone: null },
  archived: false,
};
const subject: Subject = {
  opportunity,
  posting: null,
  policy: {
    expiresAfterMs: null,
    reminderOffsetsMs: [],
    onLeaveStage: 'keep',
    suspendLimitMs: 1,
    poll: null,
  },
  vendorCan: { remind: false, cancel: false },
  siblings: 0,
};
const call = { run, batch: null, subject, route, inheritTags: [], invitation };

const ring = parseKeyRing(`k1:${Buffer.alloc(32, 1).toString('base64')}`);

function world(id: string) {
  const known = registry[id] as AnyVendor;
  const settings = Object.assign(Object.create(known.settings) as AnyVendor['settings'], {
    parse: jest.fn((given: unknown) => known.settings.parse(given)),
    safeParse: jest.fn((given: unknown) => known.settings.safeParse(given)),
  });
  const requests = {
    ...known.requests,
    invite: () => Promise.resolve(invitation),
    result: () => Promise.resolve(result),
  };
  const connection = aConnection({
    vendor: id,
    status: 'active',
    refusedSince: null,
    settings: {},
  });
  const deps = {
    vendor: () => ({
      ...known,
      settings,
      credentials: { safeParse: () => ({ success: true, data: {} }) },
      requests,
    }),
    directory: {
      byId: () => connection,
      secretsOf: () => ({ credentials: {} }),
      refresh: async () => undefined,
    },
    assessments: {
      get: async () => null,
      siblings: async () => [],
      noteAddressKey: async () => undefined,
    },
    vendorBaseUrl: () => 'https://vendor.example',
    httpTo: () => ({}),
    guardedHttpTo: () => ({}),
    ring,
    addressRing: ring,
    publicUrl: 'https://hub.example',
  } as unknown as Parameters<typeof createRecordActivities>[0] & ActivityDeps;
  const parsed = (): number => settings.parse.mock.calls.length + settings.safeParse.mock.calls.length;
  return { deps, parsed };
}

const quiet = new DefaultLogger('ERROR', () => undefined);
const inActivity = <T>(act: () => Promise<T>): Promise<T> =>
  new MockActivityEnvironment({}, { logger: quiet }).run<[], T, () => Promise<T>>(act);

it('to invite and plan it', async () => {
  const { deps, parsed } = world('smg');
  const { invite } = createVendorActivities(deps);
  const answer = await inActivity(() => invite({ ...call, knownRef: null, heard: false, mayBeOut: false }));
  expect(answer.plan.trigger).toBe('invited');
  expect(parsed()).toBe(1);
});

it('to fetch a result, keep its files and plan it', async () => {
  const { deps, parsed } = world('standard');
  const { fetchResult } = createVendorActivities(deps);
  const answer = await inActivity(() => fetchResult({ ...call, amends: false, claim: null }));
  expect(answer.plan.trigger).toBe('completed');
  expect(parsed()).toBe(1);
});

it('to plan what no vendor is asked for, by either name of the trigger', async () => {
  const { deps, parsed } = world('smg');
  const { planMoment } = createRecordActivities(deps);
  const input = {
    run,
    planId: 'expired',
    reason: null,
    route,
    inheritTags: [],
    presentTags: [],
    invitation,
    siblings: 0,
  };
  const planned = await planMoment({ ...input, trigger: 'expired' });
  expect(planned).toMatchObject({ trigger: 'expired', moment: 'expired' });
  expect(parsed()).toBe(1);
  expect(await planMoment({ ...input, moment: 'expired' })).toEqual(planned);
});

it('to plan a screening with its document', async () => {
  const { deps, parsed } = world('upwage');
  const screening = {
    sessionId: 's-1',
    screener: { id: 'scr', name: 'Screener' },
    postingId: null,
    opportunityId: null,
    candidate: { name: 'Dana Example', email: null, phone: null },
    outcome: 'passed' as const,
    score: null,
    answers: [],
    report: { url: 'https://vendor.example/r.pdf', name: 'r.pdf', sha256: null },
    completedAt: null,
  };
  const { planScreening } = createScreeningRecords(deps);
  const file = { problem: 'it is away' };
  const { plan } = await planScreening({ run, screening, route, opportunity, file });
  expect(plan.effects.map(({ key }) => key)).toContain('report');
  expect(parsed()).toBe(1);
});

it('asks a vendor that begins its runs itself to invite nobody', async () => {
  const { deps } = world('upwage');
  const { invite, fetchResult } = createVendorActivities(deps);
  const unsupported = { code: 'vendor.unsupported', message: expect.stringContaining('Upwage') as string };
  await expect(
    inActivity(() => invite({ ...call, knownRef: null, heard: false, mayBeOut: false })),
  ).rejects.toMatchObject(unsupported);
  await expect(inActivity(() => fetchResult({ ...call, amends: false, claim: null }))).rejects.toMatchObject(
    unsupported,
  );
});
