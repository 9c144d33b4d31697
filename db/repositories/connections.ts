import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import { sql } from 'kysely';
import type { Reach } from '../../domain/access';
import type { Connection, ConnectionSecrets, LeverGrant } from '../../domain/connection';
import { storedReason } from '../../domain/connection-reasons';
import { FulcrumError } from '../../domain/errors';
import type { VendorId } from '../../domain/ids';
import type { KeyRing } from '../../platform/crypto/keyring';
import { openJson, sealJson } from '../../platform/crypto/seal';
import { guarded } from '../away';
import { statusColumns } from '../connection-reason-columns';
import type { Database } from '../database';
import { lockedRow } from '../locked-row';
import type { Page } from '../paging';
import { newestFirst, pageOf } from '../paging';
import { withinVendorReach } from '../reach';
import type { RefusalRecords } from '../refusals';
import { refusalsOf } from '../refusals';
import { withRegistrationLock } from '../registration-lock';
import type { ConnectionRow, Schema } from '../schema';
import { sealedPlace } from '../sealed-columns';
import { toTrouble, troublePlace } from '../trouble-columns';
import { createGrants } from './grants';

/** A connection whose secrets are still sealed: how they lie in memory for days. */
export interface SealedConnection {
  connection: Connection;
  secretsSealed: Buffer;
}

/** All connections at one moment. */
export interface ConnectionSnapshot {
  connections: SealedConnection[];
  unreadable: UnreadableConnection[];
}

export interface UnreadableConnection {
  id: string;
  /** The unguessable parts of its webhooks' addresses. */
  keys: string[];
  /** In words that name the key that is missing. */
  why: string;
}

/** `refusals` and `trouble` have writers of their own. */
export type ConnectionPatch = Partial<Omit<Connection, 'id' | 'createdAt' | 'refusals' | 'trouble'>>;

export interface Connections extends RefusalRecords {
  /** @throws FulcrumError `conflict` when the id or the key is taken */
  insert(connection: Connection, secrets: ConnectionSecrets, grant: LeverGrant | null): Promise<void>;
  get(id: string): Promise<Connection | null>;
  getByKey(key: string): Promise<Connection | null>;
  list(filter: {
    vendor?: VendorId;
    reach?: Reach;
    limit: number;
    after?: string;
  }): Promise<Page<Connection>>;
  /** The connection as it is afterwards. @throws FulcrumError `connection.missing` */
  update(id: string, patch: ConnectionPatch): Promise<Connection>;
  /** @throws FulcrumError `connection.missing` */
  setSecrets(id: string, secrets: ConnectionSecrets): Promise<void>;
  /** Changes the secrets under the row's lock, so that two who change different ones keep both. */
  changeSecrets(id: string, change: (secrets: ConnectionSecrets) => ConnectionSecrets): Promise<void>;
  /** @throws FulcrumError `connection.missing` */
  secrets(id: string): Promise<ConnectionSecrets>;
  /** Takes the connection away with all that belongs to it alone: for one that never came to be used. */
  remove(id: string): Promise<void>;
  /**
   * Moves `lastHeardAt` forward, never back, and sets `firstHeardAt` with the first event; tells no other process (they
   * read it with their next refresh).
   */
  touchHeard(id: string, at: number, heard: 'event' | 'ping'): Promise<void>;
  /** As `registration-lock.ts` says. @throws FulcrumError `conflict` when another holds it for longer than `waitMs` */
  withRegistrationLock<T>(id: string, waitMs: number, fn: () => Promise<T>): Promise<T>;
  /** What cannot be opened is named and left out: the others work. */
  snapshot(): Promise<ConnectionSnapshot>;
  /** Notes which key makes the callback addresses that people are shown, where that was not settled yet. */
  settleAddressKey(keyId: string): Promise<void>;
  openSecrets(sealed: SealedConnection): ConnectionSecrets;
}

const { settings: settingsPlace, secrets: secretsPlace } = sealedPlace;
/** Of a connection whose credentials were removed: what it is given again takes their place. */
export const noSecrets: ConnectionSecrets = { credentials: {}, signatureTokens: [] };

export const sealSecrets = (ring: KeyRing, id: string, secrets: ConnectionSecrets): Buffer =>
  sealJson(ring, secrets, secretsPlace(id));

const uniqueViolation = '23505';

const msOrNull = (at: Date | null): number | null => at?.getTime() ?? null;
const dateOrNull = (at: number | null): Date | null => (at === null ? null : new Date(at));

const missing = (id: string): FulcrumError =>
  new FulcrumError('connection.missing', 'There is no connection with this id.', {
    detail: { connection: id },
  });

export function createConnections(db: Database, ring: KeyRing): Connections {
  const toConnection = (row: Selectable<ConnectionRow>): Connection => ({
    id: row.id,
    key: row.key,
    vendor: row.vendor,
    customer: row.customer,
    environment: row.environment,
    status: row.status,
    statusReason: storedReason(row),
    settings: openJson<Connection['settings']>(ring, row.settings_sealed, settingsPlace(row.id)),
    leverAccountId: row.lever_account_id,
    performAs: row.perform_as,
    stages: row.stages,
    webhooks: row.webhooks,
    webhookProblem: row.webhook_problem,
    lastHeardAt: msOrNull(row.last_heard_at),
    firstHeardAt: msOrNull(row.first_heard_at),
    refusedSince: msOrNull(row.refused_since),
    endsRuns: row.ends_runs,
    refusals: row.refusals,
    trouble: toTrouble(ring, row, troublePlace.connection(row.id)),
    addressKey: row.address_key,
    addressGeneration: row.address_generation,
    formerAddresses: row.former_addresses,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
  });

  /** Why a connection cannot be used, in words; null: it can. */
  const faultOf = (row: Selectable<ConnectionRow>): string | null => {
    try {
      toConnection(row);
      open(row.id, row.secrets_sealed);
      return null;
    } catch (error) {
      if (!(error instanceof FulcrumError)) throw error;
      return error.message;
    }
  };

  /** @throws FulcrumError `store.unavailable` when no key opens it: it may be used again once that key is back */
  const readable = (row: Selectable<ConnectionRow>): Connection => {
    const fault = faultOf(row);
    if (fault === null) return toConnection(row);
    throw new FulcrumError('store.unavailable', `The connection ${row.id} cannot be read. ${fault}`);
  };

  /** Only the columns of the fields that are there: a patch must not touch, nor announce, anything else. */
  const toColumns = (id: string, patch: Partial<Connection>): Updateable<ConnectionRow> => ({
    ...(patch.key !== undefined && { key: patch.key }),
    ...(patch.vendor !== undefined && { vendor: patch.vendor }),
    ...(patch.customer !== undefined && { customer: patch.customer }),
    ...(patch.environment !== undefined && { environment: patch.environment }),
    ...(patch.status !== undefined && { status: patch.status }),
    ...(patch.statusReason !== undefined && statusColumns(patch.statusReason)),
    ...(patch.endsRuns !== undefined && { ends_runs: patch.endsRuns }),
    ...(patch.settings !== undefined && {
      settings_sealed: sealJson(ring, patch.settings, settingsPlace(id)),
    }),
    ...(patch.addressKey !== undefined && { address_key: patch.addressKey }),
    ...(patch.addressGeneration !== undefined && { address_generation: patch.addressGeneration }),
    ...(patch.formerAddresses !== undefined && { former_addresses: JSON.stringify(patch.formerAddresses) }),
    ...(patch.leverAccountId !== undefined && { lever_account_id: patch.leverAccountId }),
    ...(patch.performAs !== undefined && { perform_as: patch.performAs }),
    ...(patch.stages !== undefined && { stages: JSON.stringify(patch.stages) }),
    ...(patch.webhooks !== undefined && { webhooks: JSON.stringify(patch.webhooks) }),
    ...(patch.webhookProblem !== undefined && { webhook_problem: patch.webhookProblem }),
    ...(patch.lastHeardAt !== undefined && { last_heard_at: dateOrNull(patch.lastHeardAt) }),
    ...(patch.firstHeardAt !== undefined && { first_heard_at: dateOrNull(patch.firstHeardAt) }),
    ...(patch.refusedSince !== undefined && {
      refused_since: dateOrNull(patch.refusedSince),
      probe_after: null,
      code_before: null,
      reason_before: null,
    }),
  });

  const open = (id: string, sealed: Buffer): ConnectionSecrets =>
    openJson<ConnectionSecrets>(ring, sealed, secretsPlace(id));

  const change = async (
    id: string,
    columns: Updateable<ConnectionRow>,
  ): Promise<Selectable<ConnectionRow>> => {
    const row = await db.kysely
      .updateTable('connections')
      .set({ ...columns, updated_at: new Date() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw missing(id);
    return row;
  };

  const rowBy = (column: 'id' | 'key', value: string): Promise<Selectable<ConnectionRow> | undefined> =>
    db.kysely.selectFrom('connections').selectAll().where(column, '=', value).executeTakeFirst();

  const found = async (column: 'id' | 'key', value: string): Promise<Connection | null> => {
    const row = await rowBy(column, value);
    return row === undefined ? null : readable(row);
  };

  return guarded<Connections>({
    async insert(connection, secrets, grant) {
      const { id } = connection;
      const both = async (tx: Kysely<Schema>): Promise<void> => {
        await tx
          .insertInto('connections')
          .values({
            // Of a whole connection, all columns are there.
            ...(toColumns(id, connection) as Insertable<ConnectionRow>),
            id,
            secrets_sealed: sealJson(ring, secrets, secretsPlace(id)),
            created_at: new Date(connection.createdAt),
            updated_at: new Date(connection.updatedAt),
          })
          .execute();
        if (grant !== null) await createGrants({ ...db, kysely: tx }, ring).write(id, grant);
      };
      try {
        // As a part of a transaction that somebody else began, it belongs to that one.
        await (db.kysely.isTransaction ? both(db.kysely) : db.kysely.transaction().execute(both));
      } catch (cause) {
        if ((cause as { code?: unknown }).code !== uniqueViolation) throw cause;
        throw new FulcrumError('conflict', 'A connection with this id or key exists already.', { cause });
      }
    },

    async remove(id) {
      await db.kysely.deleteFrom('connections').where('id', '=', id).execute();
    },

    get: (id) => found('id', id),

    getByKey: (key) => found('key', key),

    async list({ vendor, reach, limit, after }) {
      let query = newestFirst(db.kysely.selectFrom('connections').selectAll(), 'created_at', {
        limit,
        after,
      });
      if (vendor !== undefined) query = query.where('vendor', '=', vendor);
      query = query.where(
        withinVendorReach(reach, { vendor: 'connections.vendor', connection: 'connections.id' }),
      );
      const page = pageOf(
        await query.execute(),
        limit,
        (row) => ({ at: row.created_at, id: row.id }),
        (row) => (faultOf(row) === null ? toConnection(row) : null),
      );
      return { ...page, data: page.data.filter((each) => each !== null) };
    },

    update: async (id, patch) => toConnection(await change(id, toColumns(id, patch))),

    async setSecrets(id, secrets) {
      await change(id, { secrets_sealed: sealJson(ring, secrets, secretsPlace(id)) });
    },

    async changeSecrets(id, change) {
      await db.kysely.transaction().execute(async (tx) => {
        const row = await lockedRow(tx, 'connections', id);
        if (row === undefined) throw missing(id);
        const secrets = change(open(id, row.secrets_sealed));
        await tx
          .updateTable('connections')
          .set({ secrets_sealed: sealJson(ring, secrets, secretsPlace(id)), updated_at: new Date() })
          .where('id', '=', id)
          .execute();
      });
    },

    async secrets(id) {
      const row = await rowBy('id', id);
      if (row === undefined) throw missing(id);
      return open(id, row.secrets_sealed);
    },

    async touchHeard(id, at, heard) {
      const when = new Date(at);
      await db.kysely
        .updateTable('connections')
        .set({
          // `greatest` passes over null.
          last_heard_at: sql<Date>`greatest(last_heard_at, ${when}::timestamptz)`,
          ...(heard === 'event' && {
            first_heard_at: sql<Date>`coalesce(first_heard_at, ${when}::timestamptz)`,
          }),
        })
        .where('id', '=', id)
        .execute();
    },

    withRegistrationLock: (id, waitMs, fn) => withRegistrationLock(db, id, waitMs, fn),

    async snapshot() {
      const rows = await db.kysely.selectFrom('connections').selectAll().execute();
      const snapshot: ConnectionSnapshot = { connections: [], unreadable: [] };
      for (const row of rows) {
        const fault = faultOf(row);
        if (fault === null) {
          snapshot.connections.push({ connection: toConnection(row), secretsSealed: row.secrets_sealed });
        } else {
          const { id, key, former_addresses: former } = row;
          snapshot.unreadable.push({
            id,
            keys: [key, ...former.map(({ webhookKey }) => webhookKey)],
            why: fault,
          });
        }
      }
      return snapshot;
    },

    async settleAddressKey(keyId) {
      await db.kysely
        .updateTable('connections')
        .set({ address_key: keyId })
        .where('address_key', 'is', null)
        .execute();
    },

    ...refusalsOf(
      db,
      (row) =>
        openJson<Connection['settings']>(ring, row.settings_sealed, settingsPlace(row.id))['paused'] === true,
    ),

    openSecrets: ({ connection, secretsSealed }) => open(connection.id, secretsSealed),
  });
}
