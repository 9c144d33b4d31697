import { continueAsNew, log, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow';
import { explain } from '../shared/failures';
import { probeLever, probeRecords, restoringRecords } from '../shared/proxies';
import type { ProbeAccessInput, ProbedAccess } from './contract';

/** Connections of one page are asked about side by side. */
const pageSize = 50;

/**
 * Asks Lever about every connection whose access it refused (decision 0010), and brings back those whose access it takes
 * again. Each is an activity of its own: one that fails stops no other, and is asked about again by the next run.
 */
export async function probeAccess(input: ProbeAccessInput): Promise<ProbedAccess> {
  const records = probeRecords(input.timing);
  let probed = input.resume?.probed ?? { restored: [], waiting: 0, disconnected: [], failed: [] };
  let after = input.resume?.after ?? null;
  const restored: string[] = [];
  for (;;) {
    const { refused, next } = await records.listRefusedAccess.executeWithOptions(
      { summary: 'connections whose access Lever refused' },
      [{ after, limit: pageSize }],
    );
    const outcomes = await Promise.all(refused.map((connection) => ask(input, connection)));
    const those = (wanted: Outcome): string[] =>
      refused.filter((_, index) => outcomes[index] === wanted).map(({ connectionId }) => connectionId);
    restored.push(...those('restored'));
    probed = {
      restored: [...probed.restored, ...those('restored')],
      waiting: probed.waiting + those('waiting').length,
      disconnected: [...probed.disconnected, ...those('disconnected')],
      failed: [...probed.failed, ...those('failed')],
    };
    setCurrentDetails(inWords(probed));
    if (next === null) break;
    after = next;
    if (workflowInfo().continueAsNewSuggested) {
      await reviveOnceMore(input, restored);
      await continueAsNew<typeof probeAccess>({ ...input, resume: { after, probed } });
    }
  }
  await reviveOnceMore(input, restored);
  return probed;
}

type Outcome = 'restored' | 'waiting' | 'disconnected' | 'failed';

async function ask(
  input: ProbeAccessInput,
  { connectionId, fairnessKey }: { connectionId: string; fairnessKey: string },
): Promise<Outcome> {
  const lever = probeLever(input.timing);
  try {
    const answer = await lever.probeConnection.executeWithOptions(
      { summary: `whether Lever takes the access of ${connectionId}`, priority: { fairnessKey } },
      [{ connectionId }],
    );
    if (answer === 'ended') return 'disconnected';
    if (answer !== 'taken') return 'waiting';
    await restoringRecords(input.timing).restoreConnection.executeWithOptions(
      { summary: `bring ${connectionId} back` },
      [{ connectionId }],
    );
    await revive(input, connectionId);
    return 'restored';
  } catch (error) {
    const { code } = explain(error);
    log.warn('Lever could not be asked about the access of a connection', {
      connectionId,
      code,
    });
    return 'failed';
  }
}

const revive = (input: ProbeAccessInput, connectionId: string): Promise<void> =>
  restoringRecords(input.timing).reviveConnection.executeWithOptions(
    { summary: `go on with what waited for ${connectionId}` },
    [{ connectionId }],
  );

/** A process that had not heard of it yet may have held or suspended once more what was just let go. */
async function reviveOnceMore(input: ProbeAccessInput, restored: readonly string[]): Promise<void> {
  if (restored.length === 0) return;
  await sleep(input.settleMs, { summary: 'until every process has heard of it' });
  for (const connectionId of restored) await revive(input, connectionId);
}

function inWords({ restored, waiting, disconnected, failed }: ProbedAccess): string {
  return [
    `Back: ${restored.length}.`,
    `Still refused: ${waiting}.`,
    disconnected.length > 0 && `Disconnected now: ${disconnected.length}.`,
    failed.length > 0 && `Could not be asked about: ${failed.length}.`,
  ]
    .filter((part) => part !== false)
    .join(' ');
}
