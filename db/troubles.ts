import type { RunIdentity } from '../domain/records';
import type { Trouble } from '../domain/trouble';
import type { KeyRing } from '../platform/crypto/keyring';
import { newRow } from './assessment-rows';
import { guarded } from './away';
import type { Database } from './database';
import { noTrouble, toTrouble, toTroubleColumns, troublePlace } from './trouble-columns';

/** What keeps failing, written beside the run by the step that fails: the run's own words come only once it is over. */
export interface Troubles {
  /** Notes it in the run's row, which is made where it is missing and the run is known. */
  ofRun(run: TroubledRun, trouble: Trouble): Promise<void>;
  /** Notes it at the connection, for what no run asked for. */
  ofConnection(connectionId: string, trouble: Trouble): Promise<void>;
  /** Takes back what this very step has told. */
  clearRun(assessmentId: string, step: string): Promise<void>;
  clearConnection(connectionId: string, step: string): Promise<void>;
}

export interface TroubledRun {
  assessmentId: string;
  identity: RunIdentity | null;
}

export function createTroubles(db: Database, ring: KeyRing): Troubles {
  /** Several steps may fail side by side: each takes back its own. */
  const clear = async (
    table: 'assessments' | 'connections',
    id: string,
    step: string,
    place: string,
  ): Promise<void> => {
    const row = await db.kysely
      .selectFrom(table)
      .select(['trouble_sealed', 'trouble_since'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined || toTrouble(ring, row, place)?.step !== step) return;
    await db.kysely
      .updateTable(table)
      .set(noTrouble)
      .where('id', '=', id)
      .where('trouble_sealed', '=', row.trouble_sealed)
      .execute();
  };

  return guarded<Troubles>({
    async ofRun({ assessmentId, identity }, trouble) {
      const columns = toTroubleColumns(ring, trouble, troublePlace.run(assessmentId));
      if (identity === null) {
        await db.kysely.updateTable('assessments').set(columns).where('id', '=', assessmentId).execute();
        return;
      }
      await db.kysely
        .insertInto('assessments')
        .values({ ...newRow(identity, new Date(trouble.since)), ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
        .execute();
    },

    async ofConnection(id, trouble) {
      const columns = toTroubleColumns(ring, trouble, troublePlace.connection(id));
      await db.kysely.updateTable('connections').set(columns).where('id', '=', id).execute();
    },

    clearRun: (id, step) => clear('assessments', id, step, troublePlace.run(id)),
    clearConnection: (id, step) => clear('connections', id, step, troublePlace.connection(id)),
  });
}
