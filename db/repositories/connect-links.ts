import type { Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Reach } from '../../domain/access';
import type { Connection, ConnectionSecrets, LeverEnvironment, LeverGrant } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import type { VendorId } from '../../domain/ids';
import type { KeyRing } from '../../platform/crypto/keyring';
import { openJson, sealJson } from '../../platform/crypto/seal';
import { guarded } from '../away';
import type { Database } from '../database';
import { lockedRow } from '../locked-row';
import type { Page } from '../paging';
import { pageOf, readCursor } from '../paging';
import { withinVendorReach } from '../reach';
import type { ConnectLinkRow, Schema } from '../schema';
import { sealedPlace } from '../sealed-columns';
import { createConnections } from './connections';
import { createGrants } from './grants';

/** An invitation to connect, as it is kept: its secret parts are digests. */
export interface ConnectLink {
  id: string;
  vendor: VendorId;
  customer: string;
  environment: LeverEnvironment;
  /** The connection whose access is renewed, or that came of the link; null before a new one is made. */
  connectionId: string | null;
  hasReferenceCode: boolean;
  createdAt: number;
  expiresAt: number;
  /** When a connection came of it; null: it can still be used. */
  usedAt: number | null;
}

/** What the connection to be made is given; empty once it is there, and for a renewal. */
export interface GivenToConnection {
  credentials: Record<string, unknown>;
  settings: Record<string, unknown>;
}

export interface NewLink {
  link: Omit<ConnectLink, 'usedAt' | 'hasReferenceCode'>;
  tokenDigest: string;
  referenceDigest: string | null;
  given: GivenToConnection;
}

/** What a customer's consent is turned into. */
export interface Redemption {
  /** The connection to be made; null where the link renews one that exists. */
  made: { connection: Connection; secrets: ConnectionSecrets } | null;
  grant: LeverGrant;
  /** Null where Lever did not tell. */
  leverAccountId: string | null;
}

export type Redeemed =
  | 'done'
  /** The link is not there any more. */
  | 'gone'
  /** Another callback was first. */
  | 'used'
  /** Another connection of this vendor serves the account already. */
  | 'twin'
  /** The connection belongs to another Lever account. */
  | 'otherAccount';

export interface ConnectLinks {
  /** Sweeps old links first. @throws FulcrumError `conflict` when an open link of the vendor has the same reference code */
  insert(made: NewLink): Promise<void>;
  get(id: string): Promise<ConnectLink | null>;
  byToken(tokenDigest: string): Promise<ConnectLink | null>;
  /** Only links that were not used: a used one forgets its code. */
  byReference(vendor: VendorId, digests: readonly string[]): Promise<ConnectLink | null>;
  given(id: string): Promise<GivenToConnection | null>;
  /** Unused ones first, each part newest first. */
  list(filter: { reach?: Reach; limit: number; after?: string }): Promise<Page<ConnectLink>>;
  /** False: there was none. */
  remove(id: string): Promise<boolean>;
  /** In one transaction: the consent is stored and the link used up, or neither. */
  redeem(id: string, redemption: Redemption): Promise<Redeemed>;
}

const place = sealedPlace.connectLink;
/** How long an expired link can still be told from one that never was. */
const keptAfterExpiryMs = 7 * 86_400_000;
const uniqueViolation = '23505';

type Row = Selectable<ConnectLinkRow>;

const toLink = (row: Row): ConnectLink => ({
  id: row.id,
  vendor: row.vendor,
  customer: row.customer,
  environment: row.environment,
  connectionId: row.connection_id,
  hasReferenceCode: row.reference_digest !== null,
  createdAt: row.created_at.getTime(),
  expiresAt: row.expires_at.getTime(),
  usedAt: row.used_at?.getTime() ?? null,
});

/** Stands in the cursor in front of the id, because it comes first in the order of the list. */
const part = (row: Row): 'open' | 'used' => (row.used_at === null ? 'open' : 'used');

export function createConnectLinks(db: Database, ring: KeyRing): ConnectLinks {
  const links = () => db.kysely.selectFrom('connect_links').selectAll();
  const oneOrNull = (row: Row | undefined): ConnectLink | null => (row === undefined ? null : toLink(row));

  return guarded<ConnectLinks>({
    async insert({ link, tokenDigest, referenceDigest, given }) {
      try {
        await db.kysely.transaction().execute(async (tx) => {
          await sweep(tx);
          await tx
            .insertInto('connect_links')
            .values({
              id: link.id,
              token_digest: tokenDigest,
              reference_digest: referenceDigest,
              vendor: link.vendor,
              customer: link.customer,
              environment: link.environment,
              connection_id: link.connectionId,
              given_sealed: sealJson(ring, given, place(link.id)),
              created_at: new Date(link.createdAt),
              expires_at: new Date(link.expiresAt),
              used_at: null,
            })
            .execute();
        });
      } catch (cause) {
        if ((cause as { code?: unknown }).code !== uniqueViolation) throw cause;
        const words = 'An open link of this vendor has this reference code already. Choose another code.';
        throw new FulcrumError('conflict', words, { cause });
      }
    },

    get: async (id) => oneOrNull(await links().where('id', '=', id).executeTakeFirst()),

    byToken: async (tokenDigest) =>
      oneOrNull(await links().where('token_digest', '=', tokenDigest).executeTakeFirst()),

    byReference: async (vendor, digests) =>
      oneOrNull(
        await links()
          .where('vendor', '=', vendor)
          .where('reference_digest', 'in', [...digests])
          .where('used_at', 'is', null)
          .executeTakeFirst(),
      ),

    async given(id) {
      const row = await links().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : openJson<GivenToConnection>(ring, row.given_sealed, place(id));
    },

    async list({ reach, limit, after }) {
      const used = sql<boolean>`used_at is not null`;
      let query = links()
        .where(
          withinVendorReach(reach, {
            vendor: 'connect_links.vendor',
            connection: 'connect_links.connection_id',
          }),
        )
        .orderBy(used)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (after !== undefined) {
        const { at, id: named } = readCursor(after);
        const [which, id = ''] = named.split(':');
        const last = which === 'used';
        query = query.where((where) =>
          where.or([
            where(used, '>', last),
            where.and([
              where(used, '=', last),
              where(where.refTuple('created_at', 'id'), '<', where.tuple(at, id)),
            ]),
          ]),
        );
      }
      const cursorOf = (row: Row) => ({ at: row.created_at, id: `${part(row)}:${row.id}` });
      return pageOf(await query.execute(), limit, cursorOf, toLink);
    },

    async remove(id) {
      const { numDeletedRows } = await db.kysely
        .deleteFrom('connect_links')
        .where('id', '=', id)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    // On the slow pool: it may wait for another callback of the same link, or for a grant that is being refreshed.
    redeem: (id, redemption) =>
      db.slow.transaction().execute(async (tx) => {
        const link = await lockedRow(tx, 'connect_links', id);
        if (link === undefined) return 'gone';
        if (link.used_at !== null) return 'used';
        const refusal = await refusalOf(tx, link, redemption.leverAccountId);
        if (refusal !== null) return refusal;
        const connectionId = await store(tx, link, redemption);
        await tx
          .updateTable('connect_links')
          .set({
            used_at: new Date(),
            connection_id: connectionId,
            reference_digest: null,
            // The connection has them now.
            given_sealed: sealJson(ring, { credentials: {}, settings: {} }, place(id)),
          })
          .where('id', '=', id)
          .execute();
        return 'done';
      }),
  });

  /** Answers the connection's id. */
  async function store(tx: Kysely<Schema>, link: Row, redemption: Redemption): Promise<string> {
    const { made, grant, leverAccountId } = redemption;
    const connections = createConnections({ ...db, kysely: tx }, ring);
    if (made !== null) {
      await connections.insert({ ...made.connection, leverAccountId }, made.secrets, grant);
      return made.connection.id;
    }
    if (link.connection_id === null) throw new FulcrumError('internal', 'a link of no connection renews one');
    await createGrants({ ...db, kysely: tx }, ring).write(link.connection_id, grant);
    if (leverAccountId !== null) await connections.update(link.connection_id, { leverAccountId });
    return link.connection_id;
  }
}

/** Links are few and made by hand: whoever makes one tidies up, and frees the codes of those that expired. */
async function sweep(tx: Kysely<Schema>): Promise<void> {
  const now = Date.now();
  await tx
    .deleteFrom('connect_links')
    .where('expires_at', '<', new Date(now - keptAfterExpiryMs))
    .execute();
  await tx
    .updateTable('connect_links')
    .set({ reference_digest: null })
    .where('expires_at', '<', new Date(now))
    .execute();
}

async function refusalOf(
  tx: Kysely<Schema>,
  link: Row,
  leverAccountId: string | null,
): Promise<'twin' | 'otherAccount' | null> {
  if (leverAccountId === null) return null;
  // Two links for one account may come back at the same moment; released with the transaction.
  const account = `lever-account/${link.vendor}/${link.environment}/${leverAccountId}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${account}, 0))`.execute(tx);
  const serving = await tx
    .selectFrom('connections')
    .select('id')
    .where('vendor', '=', link.vendor)
    .where('environment', '=', link.environment)
    .where('lever_account_id', '=', leverAccountId)
    .where('status', '!=', 'disabled')
    .execute();
  if (serving.some(({ id }) => id !== link.connection_id)) return 'twin';
  if (link.connection_id === null) return null;
  const own = await tx
    .selectFrom('connections')
    .select('lever_account_id')
    .where('id', '=', link.connection_id)
    .executeTakeFirst();
  const before = own?.lever_account_id ?? null;
  return before === null || before === leverAccountId ? null : 'otherAccount';
}
