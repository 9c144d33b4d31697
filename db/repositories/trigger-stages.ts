import type { TriggerStage } from '../../domain/reconciling';
import { guarded } from '../away';
import type { Database } from '../database';

/** What each trigger stage was last looked through for, and from when on it counts (decision 0005). */
export interface TriggerStages {
  /**
   * These, and no others, are the connection's trigger stages from now on. One that is new counts from now; one that
   * stays keeps its times; one that goes is forgotten, so that it starts anew should it return.
   * @param now ms since 1970
   */
  set(connectionId: string, stageIds: readonly string[], now: number): Promise<TriggerStage[]>;
  /** Everybody who entered these stages until then was dealt with; never moves back. Ms since 1970. */
  setScannedUntil(connectionId: string, stageIds: readonly string[], until: number): Promise<void>;
}

export function createTriggerStages(db: Database): TriggerStages {
  return guarded<TriggerStages>({
    set: (connectionId, stageIds, now) =>
      db.kysely.transaction().execute(async (tx) => {
        await tx
          .deleteFrom('trigger_stages')
          .where('connection_id', '=', connectionId)
          .$if(stageIds.length > 0, (query) => query.where('stage_id', 'not in', stageIds))
          .execute();
        if (stageIds.length === 0) return [];
        await tx
          .insertInto('trigger_stages')
          .values(
            stageIds.map((stageId) => ({
              connection_id: connectionId,
              stage_id: stageId,
              activated_at: new Date(now),
              looked_until: null,
            })),
          )
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        const rows = await tx
          .selectFrom('trigger_stages')
          .selectAll()
          .where('connection_id', '=', connectionId)
          .orderBy('stage_id')
          .execute();
        return rows.map((row) => ({
          stageId: row.stage_id,
          activatedAt: row.activated_at.getTime(),
          scannedUntil: row.looked_until?.getTime() ?? null,
        }));
      }),

    async setScannedUntil(connectionId, stageIds, until) {
      if (stageIds.length === 0) return;
      const at = new Date(until);
      await db.kysely
        .updateTable('trigger_stages')
        .set({ looked_until: at })
        .where('connection_id', '=', connectionId)
        .where('stage_id', 'in', stageIds)
        // A stage that was taken away and added again meanwhile has not been looked at yet.
        .where('activated_at', '<=', at)
        .where((where) => where.or([where('looked_until', 'is', null), where('looked_until', '<', at)]))
        .execute();
    },
  });
}
