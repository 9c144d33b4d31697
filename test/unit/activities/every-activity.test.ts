import { existsSync } from 'node:fs';
import { aboutOf } from '../../../activities/about';
import { assessmentWorkflowId } from '../../../domain/ids';
import { assessmentIdOf } from '../../../platform/crypto/assessment-id';
import type { ActivityParts } from '../../../workers/activities';
import { activitiesOf } from '../../../workers/activities';
import { questions } from '../../rule/asked';
import { screeningSites } from '../../rule/screenings';
import { sites } from '../../rule/sites';

/** The rule of decision 0001: of each activity it is said what becomes of its failure for good. */
const outcomes = {
  'the run ends, and says why': [
    'readOpportunity',
    'readPosting',
    'refreshStages',
    'invite',
    'openScreening',
    'planScreening',
    'readCandidacy',
    'findCandidacy',
    'createCandidacy',
    'readMadeCandidacy',
  ],
  'a person is asked to decide': ['applyEffect', 'lookForEffect', 'findInvitation'],
  'it is noted, and the run goes on': [
    'checkOpportunity',
    'planMoment',
    'planAnyway',
    'pollVendor',
    'cancelAtVendor',
    'remindAtVendor',
    'extendAtVendor',
  ],
  'Lever says that it is missing': ['fetchResult', 'planResult', 'fetchReport'],
  'nothing in it can fail for good: it is repeated without end': [
    'writeRecords',
    'loadClosedRun',
    'recallBegun',
    'giveBack',
  ],
  'the connection says it, and the next one is due anyway': [
    'lookAtStage',
    'planLook',
    'findUnanswered',
    'storeFound',
    'finishLook',
    'refreshQuietGrant',
  ],
  'the next of its Schedule does it again, and the Schedule shows it': [
    'listQuietGrants',
    'forgetOld',
    'listRefusedAccess',
    'probeConnection',
    'restoreConnection',
    'reviveConnection',
    'lookForLost',
    'closeLost',
    'setRight',
  ],
  'the proof of the erasure says it': ['withdrawErased', 'noteUnwithdrawn', 'learnOpportunities'],
  'it is repeated without end until the person is erased': [
    'beginErasure',
    'eraseExecutions',
    'eraseLooks',
    'eraseRows',
    'eraseMessages',
    'noteAtVendor',
    'finishErasure',
  ],
  'who asked hears of it': [
    'listStages',
    'findUser',
    'listWebhooks',
    'createWebhook',
    'deleteWebhook',
    'listAssessments',
  ],
};

/** Activities that ask nobody outside the hub, or by other ways than the stories of test/rule: where they meet faults. */
const elsewhere: Record<string, readonly string[]> = {
  'test/workflow/impaired.test.ts': ['planMoment', 'planAnyway', 'planResult', 'planScreening'],
  'test/faults/stores-away.test.ts': ['writeRecords', 'openScreening'],
  'test/rule/endings.test.ts': ['loadClosedRun', 'recallBegun', 'giveBack'],
  'test/workflow/sweep.test.ts': ['lookForLost', 'closeLost', 'setRight'],
  'test/workflow/reconcile-outage.test.ts': [
    'lookAtStage',
    'planLook',
    'findUnanswered',
    'storeFound',
    'finishLook',
  ],
  'test/workflow/grants.test.ts': ['refreshQuietGrant', 'listQuietGrants'],
  'test/workflow/coming-back.test.ts': [
    'listRefusedAccess',
    'probeConnection',
    'restoreConnection',
    'reviveConnection',
  ],
  'test/workflow/retention.test.ts': ['forgetOld'],
  'test/acceptance/erasing.test.ts': [
    'withdrawErased',
    'noteUnwithdrawn',
    'learnOpportunities',
    'beginErasure',
    'eraseExecutions',
    'eraseLooks',
    'eraseRows',
    'eraseMessages',
    'noteAtVendor',
    'finishErasure',
  ],
};

const parts = {
  deps: {},
  reconciling: {},
  sweeping: {},
  retention: {},
  erasing: {},
  edge: {},
} as unknown as ActivityParts;
const there = Object.values(activitiesOf(parts))
  .flatMap((group) => Object.keys(group))
  .sort();

it('what becomes of its failure is decided of every activity there is', () => {
  expect(there).toEqual(Object.values(outcomes).flat().sort());
});

it('every activity there is has its stories of faults', () => {
  const inStories = [...sites, ...screeningSites, ...questions].map(({ activity }) => activity);
  expect(inStories.filter((activity) => Object.values(elsewhere).flat().includes(activity))).toEqual([]);
  expect([...new Set([...inStories, ...Object.values(elsewhere).flat()])].sort()).toEqual(there);
  for (const path of Object.keys(elsewhere)) expect(existsSync(path)).toBe(true);
});

describe('whom an activity is about', () => {
  const workflowId = assessmentWorkflowId({
    vendor: 'smg',
    connectionId: 'con_1',
    subject: 'opp_1',
    eventKey: '4b3dfab9-d296-459a-8c97-cd21e7c18702',
  });
  const execution = { workflowExecution: { workflowId, runId: 'r' } };
  const run = {
    assessmentId: 'asm_1',
    workflowId,
    vendor: 'smg',
    connectionId: 'con_1',
    opportunityId: 'opp_1',
  };

  it('is said by its input', () => {
    expect(aboutOf({ run }, execution)).toMatchObject({
      connectionId: 'con_1',
      assessmentId: 'asm_1',
      identity: run,
    });
    const call = { connectionId: 'con_1', assessmentId: 'asm_1', effect: { kind: 'note' } };
    expect(aboutOf(call, execution)).toMatchObject({ assessmentId: 'asm_1', identity: null, effect: 'note' });
  });

  it('is said by its workflow where the input names no run', () => {
    const assessmentId = assessmentIdOf(workflowId);
    expect(aboutOf({ connectionId: 'con_1' }, execution)).toMatchObject({ assessmentId, isAnswered: false });
  });

  it('is nobody but the connection where no run asked for it, and whoever waits hears of it', () => {
    const ofLook = { workflowExecution: { workflowId: 'reconcile/con_1', runId: 'r' } };
    expect(aboutOf({ connectionId: 'con_1' }, ofLook)).toMatchObject({
      connectionId: 'con_1',
      assessmentId: null,
      isAnswered: false,
    });
    expect(aboutOf({ connectionId: 'con_1' }, {}).isAnswered).toBe(true);
    expect(aboutOf(undefined, ofLook)).toMatchObject({ connectionId: null, assessmentId: null });
  });
});
