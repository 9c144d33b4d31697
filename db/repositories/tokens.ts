import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Reach, Right } from '../../domain/access';
import { guarded } from '../away';
import type { Database } from '../database';
import type { Page } from '../paging';
import { newestFirst, pageOf } from '../paging';
import { withinReach } from '../reach';
import type { ApiTokenRow } from '../schema';

/** A token of the API as it is kept: of its text only the digest. */
export interface ApiToken {
  id: string;
  label: string;
  reach: Reach;
  rights: readonly Right[];
  /** `operator`, or the id of the token that made it. */
  createdBy: string;
  createdAt: number;
  /** Null: it does not expire. */
  expiresAt: number | null;
  lastUsedAt: number | null;
  revokedAt: number | null;
}

export interface Tokens {
  insert(token: ApiToken, digest: Buffer): Promise<void>;
  byDigest(digest: Buffer): Promise<ApiToken | null>;
  get(id: string, reach: Reach): Promise<ApiToken | null>;
  list(filter: { reach: Reach; limit: number; after?: string }): Promise<Page<ApiToken>>;
  /** The token as it is afterwards; one that was revoked before stays as it was. */
  revoke(id: string): Promise<ApiToken | null>;
  /** At most one write a minute, whoever asks. */
  touch(id: string): Promise<void>;
}

const msOrNull = (at: Date | null): number | null => at?.getTime() ?? null;

const toToken = (row: Selectable<ApiTokenRow>): ApiToken => ({
  id: row.id,
  label: row.label,
  reach: toReach(row),
  rights: row.rights,
  createdBy: row.created_by,
  createdAt: row.created_at.getTime(),
  expiresAt: msOrNull(row.expires_at),
  lastUsedAt: msOrNull(row.last_used_at),
  revokedAt: msOrNull(row.revoked_at),
});

/** A row that names too little reaches nothing. */
function toReach({ reach, vendor, connection_id }: Selectable<ApiTokenRow>): Reach {
  if (reach === 'everything') return { kind: 'everything' };
  return reach === 'vendor' && vendor !== null
    ? { kind: 'vendor', vendor }
    : { kind: 'connection', connectionId: connection_id ?? '' };
}

export const createTokens = (db: Database): Tokens => {
  const tokens = () => db.kysely.selectFrom('api_tokens').selectAll();
  const within = (reach: Reach) =>
    reach.kind === 'vendor'
      ? sql<boolean>`((reach = 'vendor' and vendor = ${reach.vendor}) or ${withinReach(reach, 'api_tokens.connection_id')})`
      : withinReach(reach, 'api_tokens.connection_id');
  const orNull = (row: Selectable<ApiTokenRow> | undefined): ApiToken | null =>
    row === undefined ? null : toToken(row);

  return guarded<Tokens>({
    async insert({ reach, ...token }, digest) {
      await db.kysely
        .insertInto('api_tokens')
        .values({
          id: token.id,
          digest,
          label: token.label,
          reach: reach.kind,
          vendor: reach.kind === 'vendor' ? reach.vendor : null,
          connection_id: reach.kind === 'connection' ? reach.connectionId : null,
          rights: [...token.rights],
          created_by: token.createdBy,
          created_at: new Date(token.createdAt),
          expires_at: token.expiresAt === null ? null : new Date(token.expiresAt),
          last_used_at: null,
          revoked_at: null,
        })
        .execute();
    },

    byDigest: async (digest) => orNull(await tokens().where('digest', '=', digest).executeTakeFirst()),

    get: async (id, reach) =>
      orNull(await tokens().where('id', '=', id).where(within(reach)).executeTakeFirst()),

    async list({ reach, limit, after }) {
      const rows = await newestFirst(tokens().where(within(reach)), 'created_at', { limit, after }).execute();
      return pageOf(rows, limit, (row) => ({ at: row.created_at, id: row.id }), toToken);
    },

    revoke: async (id) =>
      orNull(
        await db.kysely
          .updateTable('api_tokens')
          .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst(),
      ),

    async touch(id) {
      await db.kysely
        .updateTable('api_tokens')
        .set({ last_used_at: sql<Date>`now()` })
        .where('id', '=', id)
        .where(sql<boolean>`(last_used_at is null or last_used_at < now() - interval '1 minute')`)
        .execute();
    },
  });
};
