import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import { deliveryReason } from '../../domain/delivery-reasons';
import type { Verdict } from '../../domain/records';
import type { KeyRing } from '../../platform/crypto/keyring';
import { guarded } from '../away';
import type { Database } from '../database';
import { reasonColumns } from '../delivery-store';
import { noSecrets, sealSecrets } from './connections';

/** How long each kind of record is kept (decision 0016), in days. */
export interface KeptDays {
  /** Sealed messages and files. */
  bodies: number;
  /** Assessments and their timelines, counted from their end. */
  assessments: number;
  /** What guards against a second start: keys of deliveries, and claims. Also the counts of what had no row. */
  guards: number;
  /** Deliveries that were refused: whoever sent them, they guard against nothing. */
  refused: number;
  /** Deliveries from which nothing followed: ignored ones and pings. */
  ignored: number;
  /** What waits for a person or for Temporal: longer than this it waits in vain. */
  waiting: number;
  /** Credentials of a connection that is disabled, counted from then. */
  credentials: number;
}

/** What was forgotten, by kind. */
export type Forgotten = Record<
  | 'bodies'
  | 'assessments'
  | 'deliveries'
  | 'refused'
  | 'ignored'
  | 'tallies'
  | 'claims'
  | 'audit'
  | 'files'
  | 'waiting'
  | 'credentials'
  | 'tombstones'
  | 'erasures',
  number
>;

export interface Retention {
  /** Forgets a bounded part of what is too old. What waits for a person or for Temporal is discarded when it is. */
  forget(days: KeptDays): Promise<Forgotten>;
}

/** Rows that one statement takes, so that none runs into its time limit or holds up a webhook. */
const atOnce = 1_000;

const before = (days: number): RawBuilder<Date> => sql<Date>`now() - make_interval(days => ${days})`;

/** @param removeFiles ends the keeping of files of that age; how many there were */
export function createRetention(
  db: Database,
  ring: KeyRing,
  removeFiles: (days: number) => Promise<number>,
): Retention {
  const { kysely } = db;

  /** Without those that wait: a release needs the message, and so does the drainer. */
  const oldDeliveries = (days: number) =>
    kysely
      .selectFrom('deliveries')
      .select('id')
      .where('received_at', '<', before(days))
      .where('verdict', 'not in', ['held', 'pending'])
      .limit(atOnce);

  const eraseBodies = async (days: number): Promise<number> => {
    const old = oldDeliveries(days).where((where) =>
      where.or([where('body_sealed', 'is not', null), where('request_sealed', 'is not', null)]),
    );
    const { numUpdatedRows } = await kysely
      .updateTable('deliveries')
      .set({ body_sealed: null, request_sealed: null })
      .where('id', 'in', old)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  };

  /** The timeline goes first: a row without one says less, a timeline without its row says nothing. */
  const forgetAssessments = (days: number): Promise<number> =>
    kysely.transaction().execute(async (tx) => {
      const old = await tx
        .selectFrom('assessments')
        .select('id')
        .where('closed_at', '<', before(days))
        .limit(atOnce)
        .execute();
      if (old.length === 0) return 0;
      const ids = old.map(({ id }) => id);
      await tx.deleteFrom('assessment_events').where('assessment_id', 'in', ids).execute();
      await tx.deleteFrom('assessments').where('id', 'in', ids).execute();
      return ids.length;
    });

  const forgetDeliveries = async (days: number): Promise<number> => {
    const { numDeletedRows } = await kysely
      .deleteFrom('deliveries')
      .where('id', 'in', oldDeliveries(days))
      .executeTakeFirst();
    return Number(numDeletedRows);
  };

  const forgetEffectless = async (verdicts: Verdict[], days: number): Promise<number> => {
    const old = kysely
      .selectFrom('deliveries')
      .select('id')
      .where('verdict', 'in', verdicts)
      .where('received_at', '<', before(days))
      .limit(atOnce);
    const { numDeletedRows } = await kysely
      .deleteFrom('deliveries')
      .where('id', 'in', old)
      .where('verdict', 'in', verdicts)
      .executeTakeFirst();
    return Number(numDeletedRows);
  };

  const forgetTallies = async (days: number): Promise<number> => {
    const { numDeletedRows } = await kysely
      .deleteFrom('delivery_tallies')
      .where(sql<boolean>`day < (${before(days)})::date`)
      .executeTakeFirst();
    return Number(numDeletedRows);
  };

  const forgetClaims = async (days: number): Promise<number> => {
    const { numDeletedRows } = await kysely
      .deleteFrom('claims')
      .where('taken_at', '<', before(days))
      .where('active', '=', false)
      .executeTakeFirst();
    return Number(numDeletedRows);
  };

  /** By the function of the tables' owner, who alone can: its age is fixed (decision 0042). */
  const forgetAudit = async (): Promise<number> => {
    const { rows } = await sql<{ gone: string }>`select fulcrum_forget_audit() as gone`.execute(kysely);
    return Number(rows[0]?.gone ?? 0);
  };

  /** It stays on record that it came, and that nothing became of it. */
  const discardWaiting = async (days: number): Promise<number> => {
    const old = kysely
      .selectFrom('deliveries')
      .select('id')
      .where('verdict', 'in', ['held', 'pending'])
      .where('received_at', '<', before(days))
      .limit(atOnce);
    const { numUpdatedRows } = await kysely
      .updateTable('deliveries')
      .set({
        verdict: 'discarded',
        ...reasonColumns(deliveryReason('waited_too_long')),
        body_sealed: null,
        request_sealed: null,
      })
      .where('id', 'in', old)
      .where('verdict', 'in', ['held', 'pending'])
      .executeTakeFirst();
    return Number(numUpdatedRows);
  };

  /** Whoever connects again gives them anew. Runs that still fetch results need theirs. */
  const removeCredentials = async (days: number): Promise<number> => {
    const old = await kysely
      .selectFrom('connections')
      .select('id')
      .where('status', '=', 'disabled')
      .where('disabled_at', '<', before(days))
      .where('credentials_removed_at', 'is', null)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('assessments')
              .select('assessments.id')
              .whereRef('assessments.connection_id', '=', 'connections.id')
              .where('assessments.closed_at', 'is', null),
          ),
        ),
      )
      .limit(atOnce)
      .execute();
    let removed = 0;
    for (const { id } of old) {
      // Somebody may have connected it again meanwhile: then its grant is the new one.
      const isRemoved = await kysely.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('connections')
          .set({ secrets_sealed: sealSecrets(ring, id, noSecrets), credentials_removed_at: new Date() })
          .where('id', '=', id)
          .where('status', '=', 'disabled')
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await tx.deleteFrom('grants').where('connection_id', '=', id).execute();
        return true;
      });
      if (isRemoved) removed += 1;
    }
    return removed;
  };

  const forgetTombstones = async (): Promise<number> => {
    const over = kysely
      .selectFrom('tombstones')
      .select('digest')
      .where('expires_at', '<', sql<Date>`now()`)
      .limit(atOnce);
    const { numDeletedRows } = await kysely
      .deleteFrom('tombstones')
      .where('digest', 'in', over)
      .executeTakeFirst();
    return Number(numDeletedRows);
  };

  const forgetErasures = async (days: number): Promise<number> => {
    const { numDeletedRows } = await kysely
      .deleteFrom('erasures')
      .where('finished_at', '<', before(days))
      .executeTakeFirst();
    return Number(numDeletedRows);
  };

  return guarded<Retention>({
    forget: async (days) => ({
      bodies: await eraseBodies(days.bodies),
      assessments: await forgetAssessments(days.assessments),
      deliveries: await forgetDeliveries(days.guards),
      refused: await forgetEffectless(['rejected'], days.refused),
      ignored: await forgetEffectless(['ignored', 'ping'], days.ignored),
      tallies: await forgetTallies(days.guards),
      claims: await forgetClaims(days.guards),
      audit: await forgetAudit(),
      files: await removeFiles(days.bodies),
      waiting: await discardWaiting(days.waiting),
      credentials: await removeCredentials(days.credentials),
      tombstones: await forgetTombstones(),
      erasures: await forgetErasures(days.guards),
    }),
  });
}
