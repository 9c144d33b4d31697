import { log, setCurrentDetails, sleep } from '@temporalio/workflow';
import type { ErasedPage } from '../../activities/erasing';
import type { ErrorCode } from '../../domain/errors';
import { explain } from '../shared/failures';
import { erasureLever, erasureRecords, erasureVendor } from '../shared/proxies';
import type { EraseInput } from './contract';

/** Temporal and whoever was at work may need a moment; what is found after all these looks a person has to look at. */
const mostLooks = 30;
const longestPauseMs = 30_000;

/**
 * Erases a person of one customer (decision 0044). First of all it is remembered that they are erased, so that nothing comes
 * back meanwhile; then their runs end, what can be withdrawn at vendors is, and everything of them goes, until a whole look
 * finds nothing. Nothing of whom it is about is in its history.
 */
export async function erasePerson(input: EraseInput): Promise<{ isComplete: boolean }> {
  const { erasureId, timing } = input;
  const records = erasureRecords(timing);
  const begin = () =>
    records.beginErasure.executeWithOptions({ summary: 'remember the erasure' }, [{ erasureId }]);
  const first = await begin();
  if (first === null) return { isComplete: true };
  await Promise.all(first.connectionIds.map((connectionId) => askLever(input, connectionId)));
  const begun = (await begin()) ?? first;
  await records.eraseExecutions.executeWithOptions({ summary: 'end and delete runs in Temporal' }, [
    { erasureId },
  ]);
  await Promise.all(begun.open.map((run) => withdraw(input, run)));
  let isComplete = false;
  for (let look = 1; look <= mostLooks; look += 1) {
    const found = await eraseAll(input);
    setCurrentDetails(`look ${look} found ${found}`);
    // The first look is the erasing itself.
    isComplete = found === 0;
    if (isComplete) break;
    await sleep(Math.min(timing.initialIntervalMs * 2 ** look, longestPauseMs), {
      summary: 'wait before everything is searched again',
    });
  }
  await records.finishErasure.executeWithOptions({ summary: 'finish' }, [{ erasureId, isComplete }]);
  return { isComplete };
}

/** A connection that cannot be used, or a Lever that is away, holds up no erasure. */
async function askLever({ erasureId, timing }: EraseInput, connectionId: string): Promise<void> {
  try {
    await erasureLever(timing).learnOpportunities.executeWithOptions(
      { summary: "ask for the person's opportunities" },
      [{ connectionId, erasureId }],
    );
  } catch (error) {
    log.warn('Lever could not be asked for the opportunities of an erased person', {
      connectionId,
      code: explain(error).code,
    });
  }
}

/** Everything there is, everywhere; how much it was. */
async function eraseAll({ erasureId, timing }: EraseInput): Promise<number> {
  const records = erasureRecords(timing);
  let found = await records.eraseExecutions.executeWithOptions({ summary: 'search Temporal' }, [
    { erasureId },
  ]);
  found += await pageByPage((after) =>
    records.eraseLooks.executeWithOptions({ summary: "search the histories of the hub's own looks" }, [
      { erasureId, after },
    ]),
  );
  found += await pageByPage((after) =>
    records.eraseMessages.executeWithOptions({ summary: 'search messages' }, [{ erasureId, after }]),
  );
  found += await records.eraseRows.executeWithOptions({ summary: 'delete rows' }, [{ erasureId }]);
  return found;
}

async function pageByPage(erase: (after: string | null) => Promise<ErasedPage>): Promise<number> {
  let deleted = 0;
  let after: string | null = null;
  do {
    const page = await erase(after);
    deleted += page.deleted;
    ({ after } = page);
  } while (after !== null);
  return deleted;
}

/** Withdraws one invitation, or says in Lever that the vendor has to be asked. Nothing of it holds up the erasure for good. */
async function withdraw(
  { erasureId, timing }: EraseInput,
  run: { assessmentId: string; connectionId: string; vendor: string },
): Promise<void> {
  const { assessmentId, connectionId, vendor } = run;
  const records = erasureRecords(timing);
  const note = (what: Omit<Parameters<typeof records.noteAtVendor>[0], 'erasureId' | 'assessmentId'>) =>
    records.noteAtVendor.executeWithOptions({ summary: 'note what became of the invitation' }, [
      { erasureId, assessmentId, ...what },
    ]);
  let outcome: 'pending' | 'withdrawn' | 'not_invited' | 'unsupported' | 'failed' = 'failed';
  let code: ErrorCode | null = null;
  try {
    ({ outcome } = await erasureVendor(vendor, timing).withdrawErased.executeWithOptions(
      { summary: 'withdraw at the vendor' },
      [{ connectionId, assessmentId }],
    ));
  } catch (error) {
    ({ code } = explain(error));
  }
  if (outcome === 'withdrawn' || outcome === 'not_invited') return note({ outcome, code, noted: null });
  let noted = false;
  try {
    noted = await erasureLever(timing).noteUnwithdrawn.executeWithOptions(
      { summary: 'leave a note in Lever' },
      [{ connectionId, assessmentId }],
    );
  } catch {
    // The proof says that nobody was told.
  }
  await note({ outcome, code, noted });
}
