import type { Lifecycle, Status } from '../../domain/lifecycle';
import { isSuspended, isTerminal } from '../../domain/lifecycle';
import type { failedEffects } from '../../domain/plan-progress';
import type { RunFacts } from '../../domain/records';
import type { RunStatus } from './contract';
import type { HeldUpState } from './held-up';

/** How a run looks from outside: for the `status` query, and in words for Temporal Web UI. */

type Failed = ReturnType<typeof failedEffects>;

export function statusOf(
  assessmentId: string,
  lifecycle: Lifecycle,
  known: RunFacts,
  failed: Failed,
  heldUp: HeldUpState['failure'] | null,
): RunStatus {
  // What an amendment would need is the run's own business.
  const { context: _context, traces: _traces, ...facts } = known;
  return {
    assessmentId,
    status: lifecycle.status,
    suspended: isSuspended(lifecycle),
    attention: failed.map(({ id, effect, failure }) => ({
      effectId: id,
      kind: effect.kind,
      code: failure.code,
      message: failure.message,
      attempts: failure.attempts,
    })),
    heldUpBy: isSuspended(lifecycle) ? heldUp : null,
    waitingFor: waitingFor(lifecycle, failed, heldUp),
    deadlineAt: lifecycle.deadlineAt,
    nextReminderAt: lifecycle.remindersAt[0] ?? null,
    facts,
  };
}

function waitingFor(lifecycle: Lifecycle, failed: Failed, heldUp: HeldUpState['failure'] | null): string {
  if (failed.length > 0) return 'a person to retry or dismiss what Lever refused';
  if (isSuspended(lifecycle)) {
    return heldUp === null || heldUp.code === 'connection.disconnected'
      ? 'the connection to Lever to be restored'
      : `the connection to be mended (${heldUp.code})`;
  }
  return waits[lifecycle.status];
}

const waits: Record<Status, string> = {
  routing: 'Lever to answer',
  inviting: 'the vendor to invite the candidate',
  invited: 'the candidate to finish',
  in_progress: 'the candidate to finish',
  awaiting_result: 'the vendor to show the result',
  completed: 'nothing',
  expired: 'nothing',
  declined: 'nothing',
  cancelled: 'nothing',
  failed: 'nothing',
  skipped: 'nothing',
  unwritten: 'nothing',
};

const when = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';

/** Markdown, without anything personal: current details are shown to everybody who may see the namespace. */
export function detailsOf(run: RunStatus): string {
  const lines = [`**${run.status}**${run.suspended ? ', suspended' : ''}: waits for ${run.waitingFor}.`];
  const { assessmentName, vendorRef } = run.facts;
  if (assessmentName !== undefined) {
    lines.push(
      `Assessment: ${assessmentName}${vendorRef === undefined ? '' : ` (the vendor's ${vendorRef})`}.`,
    );
  }
  if (!isTerminal(run.status)) {
    if (run.nextReminderAt !== null) lines.push(`Next reminder: ${when(run.nextReminderAt)}.`);
    if (run.deadlineAt !== null) lines.push(`Expires: ${when(run.deadlineAt)}.`);
  }
  if (run.heldUpBy !== null) lines.push(run.heldUpBy.message);
  for (const failed of run.attention) {
    lines.push(
      `Failed after ${failed.attempts} attempts: \`${failed.effectId}\` (${failed.kind}): ${failed.code}.`,
    );
  }
  return lines.join('\n\n');
}
