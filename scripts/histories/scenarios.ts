import { amendmentWorkflowId } from '../../domain/ids';
import { SEED } from '../../simulators/lever/seed';
import {
  applicant,
  applied,
  configure,
  ended,
  inLever,
  invited,
  invitedApplicant,
  liveRun,
  move,
  operator,
  runOf,
  runsOf,
} from '../../test/helpers/actions';
import { historyOf, nextHistory, startLongRun } from '../../test/helpers/long-run';
import { until } from '../../test/helpers/until';
import type { Scenario } from './scenario';
import { screened, screenedWhileRevoked } from './screenings';

const ok = async (asked: Promise<{ status: number; body: unknown }>): Promise<void> => {
  const { status, body } = await asked;
  if (status !== 200) throw new Error(`refused: ${status} ${JSON.stringify(body)}`);
};

const completed: Scenario = async (world) => {
  await configure(world, { note: 'Result of {assessment}: {score}', resultsStage: 'Review' });
  const person = await invitedApplicant(world);
  world.smg.admin.complete(person.application.applicationId);
  const { workflowId } = await ended(world, person, 'completed');
  await configure(world, { note: null, resultsStage: null });
  return [{ name: 'completed', workflowId }];
};

const skipped: Scenario = async (world) => {
  const person = applicant(world, { postingId: SEED.postings.areaManager });
  move(world, person);
  const { workflowId } = await ended(world, person, 'skipped');
  return [{ name: 'skipped', workflowId }];
};

const attentionRetried: Scenario = async (world) => {
  const person = applicant(world);
  const path = `/opportunities/${person.opportunityId}/addLinks`;
  world.lever.admin.fault({ kind: 'status', status: 404, path, method: 'POST' });
  move(world, person);
  const { applicationId } = await applied(world, person);
  const { id, workflowId } = await runOf(world, person);
  await liveRun(world, id, 'the run asks for attention', ({ attention }) => attention.length === 1);
  await ok(operator(world, 'POST', `/assessments/${id}/effects/invited%2Flink/retry`));
  world.smg.admin.complete(applicationId);
  await ended(world, person, 'completed');
  return [{ name: 'attention-retried', workflowId }];
};

const suspendedAndResumed: Scenario = async (world) => {
  const person = await invitedApplicant(world);
  const { id, workflowId } = await runOf(world, person);
  world.lever.admin.removeApiKey(SEED.apiKey);
  await ok(operator(world, 'POST', `/assessments/${id}/remind`));
  await liveRun(world, id, 'the run is suspended', ({ suspended }) => suspended);
  world.smg.admin.complete(person.application.applicationId);
  await liveRun(world, id, 'the completion is known', ({ status }) => status === 'completed');
  world.lever.admin.addApiKey({ key: SEED.apiKey, scopes: 'all', confidential: true });
  const path = `/connections/${world.connection.id}/reconnect`;
  await ok(operator(world, 'POST', path, { lever: { apiKey: SEED.apiKey } }));
  await ended(world, person, 'completed');
  return [{ name: 'suspended-and-resumed', workflowId }];
};

/** Expires with reminders on the way, and is completed afterwards all the same. */
const expiredAndAmended: Scenario = async (world) => {
  await configure(world, { expiresAfter: '3s', reminders: ['1s'] });
  const person = applicant(world);
  move(world, person);
  const { applicationId } = await applied(world, person);
  await configure(world, { expiresAfter: null, reminders: null });
  const { id, workflowId } = await ended(world, person, 'expired');
  world.smg.admin.complete(applicationId);
  await until(
    'the result is there',
    () => inLever(world, person).tags,
    (tags) => tags.includes('POP-Completed'),
  );
  await world.client.workflow.getHandle(amendmentWorkflowId(id)).result();
  return [
    { name: 'expired', workflowId },
    { name: 'amendment', workflowId: amendmentWorkflowId(id) },
  ];
};

const continuedAsNew: Scenario = async (world) => {
  const person = applicant(world);
  const { id, workflowId, firstHistory } = await startLongRun(world, person);
  const { applicationId } = await invited(world, person);
  const second = await nextHistory(world, workflowId, firstHistory);
  const third = await until(
    'the run goes on in a third history',
    async () => {
      await ok(operator(world, 'POST', `/assessments/${id}/extend`, { by: '1d' }));
      return historyOf(world, workflowId);
    },
    (history) => history !== second,
  );
  world.smg.admin.complete(applicationId);
  await ended(world, person, 'completed');
  return [firstHistory, second, third].map((runId, index) => ({
    name: `continued-as-new-${index + 1}`,
    workflowId,
    runId,
  }));
};

const cancelled: Scenario = async (world) => {
  const person = await invitedApplicant(world);
  const { id, workflowId } = await runOf(world, person);
  await ok(operator(world, 'POST', `/assessments/${id}/cancel`, { reason: 'the position was filled' }));
  await ended(world, person, 'cancelled');
  return [{ name: 'cancelled', workflowId }];
};

/** The vendor is away first, then Lever lets the opportunity go. */
const archivedWhileInviting: Scenario = async (world) => {
  const down = { kind: 'http', command: 'application_create', status: 503, count: 1_000 } as const;
  world.smg.admin.fault(down);
  const person = applicant(world);
  move(world, person);
  const { id, workflowId } = await runOf(world, person);
  await liveRun(world, id, 'the vendor is being asked', ({ status }) => status === 'inviting');
  world.lever.admin.archive(person.opportunityId);
  await ended(world, person, 'cancelled');
  world.smg.admin.clearFaults();
  return [{ name: 'archived-while-inviting', workflowId }];
};

const rejected: Scenario = async (world) => {
  world.smg.admin.fault({ kind: 'error-code', command: 'application_create', error_code: 1713 });
  const person = applicant(world);
  move(world, person);
  const { workflowId } = await ended(world, person, 'failed');
  return [{ name: 'rejected-by-the-vendor', workflowId }];
};

const severalAssessments: Scenario = async (world) => {
  const other = world.smg.admin.positions().find(({ position_id: id }) => id !== '10002063');
  const tags = ['POP-10002063-Leadership', `POP-${other?.position_id}-Sales`];
  const postingId = world.lever.admin.addPosting({ text: 'Regional Manager', tags });
  const person = applicant(world, { postingId });
  move(world, person);
  const runs = await until(
    'both are invited',
    () => runsOf(world, person),
    (found) => found.length === 2 && found.every(({ vendorRef }) => vendorRef !== null),
  );
  for (const { vendorRef } of runs) world.smg.admin.complete(vendorRef as string);
  for (const { workflowId } of runs) await world.client.workflow.getHandle(workflowId).result();
  const [parent, child] = runs.map(({ workflowId }) => workflowId).sort((a, b) => a.length - b.length);
  return [
    { name: 'several-parent', workflowId: parent as string },
    { name: 'several-child', workflowId: child as string },
  ];
};

/** By the name under which one is recorded alone. */
export const scenarios: Record<string, Scenario> = {
  completed,
  skipped,
  attentionRetried,
  suspendedAndResumed,
  expiredAndAmended,
  continuedAsNew,
  cancelled,
  archivedWhileInviting,
  rejected,
  severalAssessments,
  screened,
  screenedWhileRevoked,
};
