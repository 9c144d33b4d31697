import { condition, workflowInfo } from '@temporalio/workflow';
import type { DeliveryNote, RecordBatch, RunIdentity, RunRecord, TimelineKind } from '../../domain/records';
import type { ActivityTiming } from '../names';
import { recordsAtOnce, recordsLater } from '../shared/proxies';
import type { Gate } from './gate';
import type { RunState } from './run-state';

/** Whether a line may travel with the next call: nobody is kept waiting for how far a plan has come. */
const mayTravel = {
  opened: false,
  status: false,
  event_ignored: false,
  event_held: false,
  plan_started: true,
  plan_finished: true,
  effect_failed: false,
  effect_settled: false,
  suspended: false,
  resumed: false,
  operator: false,
  reminded: false,
  amended: false,
  closed: false,
  ended_unseen: false,
  reopened: false,
} as const satisfies Record<TimelineKind, boolean>;

/**
 * What the run tells the database (decision 0014). Records travel with the next remote call; what is left when the
 * run falls quiet is written by a local activity, and if the database is away, later and beside the run.
 */
export class Ledger {
  private seq: number;
  private lastAt: number;
  private pending: RunRecord[];
  private deliveries: DeliveryNote[];
  private underWay = 0;
  /** The number of the run's last record, once it was written with its last effect. */
  private sealedAt: number | null = null;

  constructor(
    private readonly run: RunIdentity,
    private readonly timing: ActivityTiming,
    private readonly gate: Pick<Gate, 'during'>,
    carried: RunState['ledger'],
  ) {
    this.seq = carried.seq;
    this.lastAt = carried.at;
    this.pending = [...carried.pending];
    this.deliveries = [...carried.deliveries];
  }

  addRecord(record: Omit<RunRecord, 'seq' | 'at'>): void {
    this.seq += 1;
    // Records are ordered by time, then by number, and the clocks of two Temporal hosts may differ by a little.
    this.lastAt = Math.max(this.lastAt, Date.now());
    this.pending.push({ seq: this.seq, at: this.lastAt, ...record });
  }

  /** Numbers records that are to be written behind a call, if that succeeds. */
  reserve(records: readonly Omit<RunRecord, 'seq' | 'at'>[]): RecordBatch {
    const at = (this.lastAt = Math.max(this.lastAt, Date.now()));
    const numbered = records.map((record, index) => ({ seq: this.seq + 1 + index, at, ...record }));
    this.seq += records.length;
    return { run: this.run, runId: workflowInfo().runId, records: numbered, deliveries: [] };
  }

  /** The last records were written. */
  seal({ records }: RecordBatch): void {
    this.sealedAt = records.at(-1)?.seq ?? null;
  }

  /** Whether they are still the last, and nothing else is to be told. */
  get isSealed(): boolean {
    return this.sealedAt === this.seq && !this.hasPending && !this.isWriting;
  }

  get hasPending(): boolean {
    return this.pending.length > 0 || this.deliveries.length > 0;
  }

  noteDelivery(delivery: DeliveryNote): void {
    this.deliveries.push(delivery);
  }

  /** Whether records that the database could not take at once are still on their way. */
  get isWriting(): boolean {
    return this.underWay > 0;
  }

  /** Whether anybody is kept waiting for what is pending. */
  get hasNews(): boolean {
    return this.deliveries.length > 0 || this.pending.some(({ kind }) => !mayTravel[kind]);
  }

  /** Everything not yet written, to travel with a remote call; null when there is nothing. */
  takePending(): RecordBatch | null {
    if (!this.hasPending) return null;
    const { runId } = workflowInfo();
    return { run: this.run, runId, records: this.pending.splice(0), deliveries: this.deliveries.splice(0) };
  }

  /** What became of a batch that went with a call. */
  restoreUnwritten(batch: RecordBatch | null, recorded: boolean): void {
    if (batch === null || recorded) return;
    this.pending.unshift(...batch.records);
    this.deliveries.unshift(...batch.deliveries);
  }

  /** Writes what is pending; returns once it is written or on its way. */
  async flush(): Promise<void> {
    const batch = this.takePending();
    if (batch === null) return;
    try {
      await this.gate.during(() =>
        recordsAtOnce.writeRecords.executeWithOptions({ summary: 'note progress in the database' }, [batch]),
      );
    } catch {
      void this.writeLater(batch, 'note progress once the database is back');
    }
  }

  /** Writes what is pending while the run goes on; not by a local activity, as {@link writeRest} says. */
  writeBeside(): void {
    const batch = this.takePending();
    if (batch !== null) void this.writeLater(batch, 'note progress in the database');
  }

  /**
   * Returns once nothing is pending any more: a run must not close over news that were never written. Not by a local
   * activity: behind one, a task that answers a query besides could close the run over news that it has never seen.
   */
  async writeRest(): Promise<void> {
    const batch = this.takePending();
    if (batch !== null) await this.writeLater(batch, 'note the end in the database');
    await condition(() => !this.isWriting);
  }

  /** The same by a local activity, which is cheaper: for runs of which nobody has any news to tell. */
  async writeRestAtOnce(): Promise<void> {
    await this.flush();
    await condition(() => !this.isWriting);
  }

  private async writeLater(batch: RecordBatch, summary: string): Promise<void> {
    this.underWay += 1;
    try {
      await recordsLater(this.timing).writeRecords.executeWithOptions({ summary }, [batch]);
    } finally {
      this.underWay -= 1;
    }
  }

  snapshot(): RunState['ledger'] {
    return { seq: this.seq, at: this.lastAt, pending: this.pending, deliveries: this.deliveries };
  }
}
