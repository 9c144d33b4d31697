import type { ReconcileLever, ScanPlan } from '../../activities/reconciling';
import { entriesOf, type Entry, type StageScan } from '../../domain/reconciling';
import { explain } from '../shared/failures';
import { reconcileLever, reconcileRecords } from '../shared/proxies';
import type { ReconcileInput } from './contract';

/** What one look came to. */
export interface ReconcileOutcome {
  /** Stages looked through; none while the connection is not active, or was never heard from. */
  stages: number;
  /** People who entered them since the last look. */
  entered: number;
  /** Those of them that nobody had answered: brought to a run, … */
  pending: number;
  /** … or waiting for a person. */
  held: number;
}

/** Entries handed to one activity: well below what fits into a payload. */
const batchSize = 500;

/**
 * One look for moves that no webhook told of (decision 0005).
 * It starts nothing itself: what it finds is stored as a delivery and goes the way of every delivery.
 */
export async function reconcile(input: ReconcileInput): Promise<ReconcileOutcome> {
  const plan = await reconcileRecords(input.timing).planLook.executeWithOptions(
    { summary: 'what to look for' },
    [{ connectionId: input.connectionId, graceMs: input.graceMs }],
  );
  let entries: Entry[];
  try {
    entries = await readAll(input, plan);
  } catch (error) {
    // Nothing is wrong with the look: the connection says what to do, and the next look goes back as far (decision 0010).
    if (explain(error).code !== 'connection.disconnected') throw error;
    return nothing;
  }
  return storeUnanswered(input, plan, entries);
}

const nothing = { stages: 0, entered: 0, pending: 0, held: 0 };

/** Everybody in the trigger stages who may concern us. */
async function readAll(input: ReconcileInput, { looks, until }: ScanPlan): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const look of looks) entries.push(...entriesOf(await readStage(input, look), look, until));
  return entries;
}

/** How often the list of a stage is begun: once more is nearly always enough, and it must end. */
const mostBeginnings = 4;

/** Everybody in the stage who advanced since, page by page; somebody may be in it twice. */
async function readStage(input: ReconcileInput, { stageId, since }: StageScan): Promise<Entry[]> {
  const lever = reconcileLever(input.timing);
  const { connectionId } = input;
  const found: Entry[] = [];
  let offset: string | null = null;
  let beginnings = 1;
  for (;;) {
    try {
      const page: StagePage = await lever.lookAtStage.executeWithOptions(
        { summary: `who entered ${stageId}` },
        [{ connectionId, stageId, since, offset }],
      );
      found.push(...page.entries);
      if (page.next === null) return found;
      offset = page.next;
    } catch (error) {
      // The first page was taken with the same parameters: it is the token that Lever no longer takes.
      const isStale = offset !== null && explain(error).code === 'lever.bad_request';
      if (!isStale || beginnings === mostBeginnings) throw error;
      beginnings += 1;
      offset = null;
    }
  }
}

type StagePage = Awaited<ReturnType<ReconcileLever['lookAtStage']>>;

/** Stores what nobody answered, and remembers until when was looked. */
async function storeUnanswered(
  input: ReconcileInput,
  { looks, until }: ScanPlan,
  entries: Entry[],
): Promise<typeof nothing> {
  if (looks.length === 0) return nothing;
  const { connectionId } = input;
  const records = reconcileRecords(input.timing);
  const unanswered: Entry[] = [];
  for (const some of batches(entries)) {
    const left = await records.findUnanswered.executeWithOptions({ summary: 'whom nobody answered' }, [
      { connectionId, entries: some },
    ]);
    unanswered.push(...left);
  }
  const stored = { pending: 0, held: 0 };
  for (const some of batches(unanswered)) {
    const { pending, held } = await records.storeFound.executeWithOptions(
      { summary: 'store who was found' },
      [{ connectionId, entries: some, found: unanswered.length }],
    );
    stored.pending += pending;
    stored.held += held;
  }
  const stageIds = looks.map(({ stageId }) => stageId);
  await records.finishLook.executeWithOptions({ summary: 'remember until when was looked' }, [
    { connectionId, stageIds, until },
  ]);
  return { stages: looks.length, entered: entries.length, ...stored };
}

const batches = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / batchSize) }, (_, index) =>
    all.slice(index * batchSize, (index + 1) * batchSize),
  );
