import { createHash } from 'node:crypto';
import type { TriggerStages } from '../../db/repositories/trigger-stages';
import type { Connection } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import { leverBucket } from '../../domain/ids';
import { triggerStageIds } from '../../domain/reconciling';
import type { Logger } from '../../platform/log';
import type { ScheduleDefinition } from '../../platform/temporal/schedules';
import type { AnyVendor } from '../../vendors/define';
import { type ActivityTiming, taskQueues, workflowTypes } from '../../workflows/names';
import { type ReconcileInput } from '../../workflows/reconcile/contract';
import { startAttributes } from '../../workflows/search-attributes';
import { createLoop } from '../loop';

/** Keeps each connection's trigger stages and reconciling Schedule as its settings and status want them (decision 0005). */
export interface Reconciling {
  /** To be called after every change: what counts from now on is on record before the change is answered. */
  changed(connection: Connection): Promise<void>;
  /** From now on Schedules follow their connections, also where another process changed one. */
  start(): void;
  stop(): Promise<void>;
}

export interface ReconcilingDeps {
  /** All connections as this process knows them. */
  connections: () => Connection[];
  /** Whether a connection that is not among them is there, and cannot be read. */
  isUnreadable: (id: string) => boolean;
  triggerStages: Pick<TriggerStages, 'set'>;
  vendor: (id: Connection['vendor']) => AnyVendor;
  /** Both fail while Temporal is away. */
  ensure: (definition: ScheduleDefinition) => Promise<void>;
  remove: (scheduleId: string) => Promise<void>;
  intervalMs: number;
  timing: ActivityTiming;
  log: Logger;
  /** How often is looked what changed elsewhere; after a failure, pauses grow from here. */
  compareMs?: number;
}

/** Between two comparisons in memory; short, so that a grant that was revoked soon shows in Temporal as well. */
const defaultCompareMs = 2_000;
const longestPauseMs = 30_000;

const noSchedule = JSON.stringify(null);

export function createReconciling(deps: ReconcilingDeps): Reconciling {
  const compareMs = deps.compareMs ?? defaultCompareMs;
  /** What this process has brought about, as text. */
  const present = new Map<string, string>();

  /** Brings about what differs from what is wanted; whether all of it was. */
  const updateSchedules = async (): Promise<boolean> => {
    let all = true;
    for (const [connectionId, definition] of wantedSchedules()) {
      if (loop.isStopped) break;
      const wanted = JSON.stringify(definition);
      if (present.get(connectionId) === wanted) continue;
      try {
        await (definition === null
          ? deps.remove(scheduleIdOf({ id: connectionId }))
          : deps.ensure(definition));
        present.set(connectionId, wanted);
      } catch (error) {
        all = false;
        deps.log.warn(
          { connectionId, err: error },
          'the reconciling Schedule could not be set; trying again',
        );
        // The others would fare no better, and each would wait for the same deadline.
        if (error instanceof FulcrumError && error.code === 'temporal.unavailable') break;
      }
    }
    return all;
  };

  /**
   * By connection; null where there is to be none. That goes for one that is gone from the database as well: its creation
   * was refused, and it had a Schedule while it was looked at.
   */
  const wantedSchedules = (): Map<string, ScheduleDefinition | null> => {
    const wanted = new Map(
      deps.connections().map((connection) => [connection.id, scheduleOf(connection, deps)]),
    );
    for (const [id, text] of present) {
      if (wanted.has(id) || deps.isUnreadable(id)) continue;
      if (text === noSchedule) present.delete(id);
      else wanted.set(id, null);
    }
    return wanted;
  };

  let pauseMs = compareMs;
  const loop = createLoop(async () => {
    pauseMs = (await updateSchedules()) ? compareMs : Math.min(pauseMs * 2, longestPauseMs);
    return pauseMs;
  });

  return {
    async changed(connection) {
      try {
        const stageIds = stagesOf(connection, deps.vendor(connection.vendor));
        if (stageIds !== null) await deps.triggerStages.set(connection.id, stageIds, Date.now());
      } catch (error) {
        // The next look does the same; a stage then counts from that look on.
        deps.log.warn({ connectionId: connection.id, err: error }, 'the trigger stages could not be noted');
      }
      loop.wake();
    },
    start: () => loop.start(),
    stop: () => loop.stop(),
  };
}

/** Null: the settings do not tell. What entered while a connection was disabled is none of its business ever after. */
function stagesOf(connection: Connection, vendor: AnyVendor): string[] | null {
  if (connection.status === 'disabled') return [];
  const settings = vendor.settings.safeParse(connection.settings);
  return settings.success ? triggerStageIds(connection, settings.data.triggerStages) : null;
}

export const scheduleIdOf = (connection: Pick<Connection, 'id'>): string => `reconcile/${connection.id}`;

/** Long enough for a webhook that is under way. */
const longestGraceMs = 30_000;
/** Temporal makes up for no less; one look finds everything that those before it would have found. */
const shortestCatchupMs = 10_000;

/** The Schedule that a connection should have; null: none. */
function scheduleOf(
  connection: Connection,
  { intervalMs, timing }: Pick<ReconcilingDeps, 'intervalMs' | 'timing'>,
): ScheduleDefinition | null {
  if (connection.status === 'disabled') return null;
  const input: ReconcileInput = {
    connectionId: connection.id,
    graceMs: Math.min(longestGraceMs, Math.floor(intervalMs / 2)),
    timing,
  };
  const active = connection.status === 'active';
  return {
    scheduleId: scheduleIdOf(connection),
    every: intervalMs,
    offset: offsetOf(connection.id, intervalMs),
    catchupWindow: Math.max(intervalMs, shortestCatchupMs),
    workflowType: workflowTypes.reconcile,
    taskQueue: taskQueues.assessments,
    args: [input],
    summary: `${connection.vendor} for ${connection.customer}: stage changes that no webhook reported`,
    fairnessKey: leverBucket(connection),
    searchAttributes: startAttributes({ connectionId: connection.id, vendor: connection.vendor }),
    paused: !active,
    // Temporal keeps it as it is; the reason may hold what Lever or a vendor has said.
    ...(!active && { note: `the connection is ${connection.status}` }),
  };
}

/** Spreads the looks of all connections over the interval, in whole seconds as Temporal counts. */
function offsetOf(connectionId: string, intervalMs: number): number {
  const steps = Math.max(1, Math.floor(intervalMs / 1_000));
  return (createHash('sha256').update(connectionId).digest().readUInt32BE() % steps) * 1_000;
}
