import { continueAsNew, log, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { explain } from '../shared/failures';
import { grantRecords, grantRefresh } from '../shared/proxies';
import type { KeepGrantsInput, KeptGrants } from './contract';

/** Grants of one page are refreshed side by side. */
const pageSize = 50;
/** Named in the run's details; the log names all. */
const namedAtMost = 20;

/**
 * Refreshes the grants that nobody used for long, because Lever ends those (decision 0015). Each is an activity of its own:
 * one that fails stops no other, and is tried again with the next run.
 */
export async function keepGrants(input: KeepGrantsInput): Promise<KeptGrants> {
  const records = grantRecords(input.timing);
  const refreshedBefore = Date.now() - input.refreshAfterMs;
  let kept = input.resume?.kept ?? { refreshed: 0, disconnected: [], failed: [] };
  let after = input.resume?.after ?? null;
  for (;;) {
    const { quiet, next } = await records.listQuietGrants.executeWithOptions(
      { summary: 'grants that were not used for long' },
      [{ refreshedBefore, after, limit: pageSize }],
    );
    const outcomes = await Promise.all(quiet.map((grant) => refresh(input, grant, refreshedBefore)));
    kept = {
      refreshed: kept.refreshed + outcomes.filter((outcome) => outcome === 'refreshed').length,
      disconnected: [...kept.disconnected, ...withOutcome('disconnected')],
      failed: [...kept.failed, ...withOutcome('failed')],
    };
    setCurrentDetails(inWords(kept));
    if (next === null) return kept;
    after = next;
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof keepGrants>({ ...input, resume: { after, kept } });
    }

    function withOutcome(wanted: Outcome): string[] {
      return quiet.filter((_, index) => outcomes[index] === wanted).map(({ connectionId }) => connectionId);
    }
  }
}

type Outcome = 'refreshed' | 'disconnected' | 'failed';

async function refresh(
  { timing }: KeepGrantsInput,
  { connectionId, fairnessKey }: { connectionId: string; fairnessKey: string },
  refreshedBefore: number,
): Promise<Outcome> {
  const lever = grantRefresh(timing);
  try {
    await lever.refreshQuietGrant.executeWithOptions(
      { summary: `refresh the grant of ${connectionId}`, priority: { fairnessKey } },
      [{ connectionId, refreshedBefore }],
    );
    return 'refreshed';
  } catch (error) {
    const { code } = explain(error);
    if (code === 'connection.disconnected') return 'disconnected';
    log.warn('the grant of a quiet connection could not be refreshed', {
      connectionId,
      code,
    });
    return 'failed';
  }
}

const named = (ids: readonly string[]): string =>
  ids.slice(0, namedAtMost).join(', ') + (ids.length > namedAtMost ? ', …' : '');

function inWords({ refreshed, disconnected, failed }: KeptGrants): string {
  return [
    `${refreshed} refreshed.`,
    disconnected.length > 0 && `No longer accepted by Lever, to be connected again: ${named(disconnected)}.`,
    failed.length > 0 && `Could not be refreshed, tried again by the next run: ${named(failed)}.`,
  ]
    .filter((part) => part !== false)
    .join(' ');
}
