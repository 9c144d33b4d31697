import type { LeverGrant } from '../domain/connection';
import { FulcrumError } from '../domain/errors';
import type { HttpClient } from '../platform/http/client';
import type { Logger } from '../platform/log';
import type { GrantStore } from './grant-store';
import type { OAuthApp, OAuthGrant } from './oauth';
import { accountIdOf, InvalidGrant, refreshGrant } from './oauth';
import { createUnstoredGrants } from './unstored-grants';

export interface TokenSourceOptions {
  store: GrantStore;
  /** The OAuth app by which this connection was made. */
  oauth: (connectionId: string) => OAuthApp | Promise<OAuthApp>;
  http: HttpClient;
  log: Pick<Logger, 'info' | 'warn'>;
  /** Called after a refresh whose token tells the Lever account; must not fail. */
  accountKnown?: (connectionId: string, leverAccountId: string) => Promise<void>;
}

export interface TokenSource {
  /**
   * The `Authorization` header for one connection. `fresh`: not the one in `refused`; without `refused`, a new one in
   * any case (that keeps the grant of a quiet customer alive).
   * @throws FulcrumError `connection.disconnected` when Lever takes the grant no longer
   */
  authorization(connectionId: string, options?: { fresh?: boolean; refused?: string }): Promise<string>;
  /** Drops what is remembered, e.g. after a connection was connected again or disabled. */
  forget(connectionId: string): void;
  /** The connections of which something is remembered. */
  remembered(): string[];
  /** Stores what could not be stored before, as far as it can be now. */
  stop(): Promise<void>;
}

/** A token this close to its end is replaced: a request takes its time. */
const expiryMarginMs = 60_000;
/** How long another process's new grant may go unnoticed; a refused token is noticed at once. */
const rememberMs = 60_000;

/**
 * One refresh at a time (decision 0015): single flight in this process, the row's lock between processes, and a grant is
 * called dead only after a second look, because somebody may have replaced it meanwhile. Grants are remembered for a
 * minute, which spares a query per request, and longer while the database is away, so that runs go on without it.
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { store, oauth, http, log, accountKnown } = options;
  const remembered = new Map<string, { grant: LeverGrant; readAt: number }>();
  const unstored = createUnstoredGrants({ withLocked: store.withLocked.bind(store), log });
  const looks = new Map<string, Promise<LeverGrant>>();
  const refreshes = new Map<string, Promise<OAuthGrant>>();

  const remember = <G extends LeverGrant>(connectionId: string, grant: G): G => {
    remembered.set(connectionId, { grant, readAt: Date.now() });
    return grant;
  };

  const look = async (connectionId: string): Promise<LeverGrant> => {
    try {
      return remember(connectionId, present(await store.read(connectionId)));
    } catch (error) {
      const known = remembered.get(connectionId);
      if (known && error instanceof FulcrumError && error.code === 'db.unavailable') return known.grant;
      throw error;
    }
  };

  const learn = async (connectionId: string, grant: OAuthGrant): Promise<OAuthGrant> => {
    remember(connectionId, grant);
    const account = grant.accessToken === null ? null : accountIdOf(grant.accessToken);
    if (account !== null) await accountKnown?.(connectionId, account);
    return grant;
  };

  /** Takes the row's lock and leaves a usable grant in the row, or says which refresh token was refused. */
  const attempt = async (connectionId: string, stale: string | null): Promise<Attempt> => {
    const app = await oauth(connectionId);
    const attempts: Attempt[] = [];
    const settle = async (stored: LeverGrant | null): Promise<LeverGrant | null> => {
      const grant = requireOAuth(stored);
      const kept = unstored.replacing(connectionId, grant.refreshToken);
      if (kept && isUsable(kept) && kept.accessToken !== stale) {
        attempts.push({ grant: kept });
        return kept;
      }
      if (isUsable(grant) && grant.accessToken !== stale) {
        attempts.push({ grant });
        return null;
      }
      try {
        const next = await refreshGrant(http, app, kept ?? grant, Date.now());
        unstored.keep(connectionId, grant.refreshToken, next);
        attempts.push({ grant: next });
        return next;
      } catch (error) {
        if (!(error instanceof InvalidGrant)) throw error;
        attempts.push({ refused: grant.refreshToken });
        return null;
      }
    };
    try {
      await store.withLocked(connectionId, settle);
      unstored.drop(connectionId);
    } catch (error) {
      const [reached] = attempts;
      if (reached === undefined || !('grant' in reached)) throw error;
      // Lever has given the pair, only the row could not be written. Not using it would help nobody: it is the one that
      // works, and it is stored as soon as that is possible.
      unstored.storeLater(connectionId);
    }
    return attempts[0] ?? { refused: null };
  };

  /** @param stale the access token that is not to be used again; null: any that has not expired will do */
  const refresh = async (connectionId: string, stale: string | null): Promise<OAuthGrant> => {
    const first = await attempt(connectionId, stale);
    if ('grant' in first) return learn(connectionId, first.grant);
    // The second look: a new consent, or a process that does not take the lock, may have replaced it while we asked.
    const now = requireOAuth(await store.read(connectionId));
    if (now.refreshToken !== first.refused) {
      const second = await attempt(connectionId, stale);
      if ('grant' in second) return learn(connectionId, second.grant);
    }
    remembered.delete(connectionId);
    log.warn({ connectionId }, 'Lever no longer accepts the grant of a connection');
    throw disconnected();
  };

  return {
    async authorization(connectionId, { fresh = false, refused } = {}) {
      const known = remembered.get(connectionId);
      if (known && !fresh && known.readAt + rememberMs > Date.now() && isUsable(known.grant)) {
        return headerOf(known.grant);
      }
      const grant = await once(looks, connectionId, () => look(connectionId));
      // An API key has no successor: the caller sees the same header again and knows.
      if (grant.kind === 'apiKey') return headerOf(grant);
      const otherWanted =
        fresh && grant.accessToken !== null && (refused === undefined || headerOf(grant) === refused);
      if (!otherWanted && isUsable(grant)) return headerOf(grant);
      const stale = otherWanted ? grant.accessToken : null;
      return headerOf(await once(refreshes, connectionId, () => refresh(connectionId, stale)));
    },
    forget: (connectionId) => void remembered.delete(connectionId),
    remembered: () => [...remembered.keys()],
    stop: () => unstored.stop(),
  };
}

type Attempt = { grant: OAuthGrant } | { refused: string | null };

/** Joins the call that is under way for this key, if any. */
async function once<T>(flights: Map<string, Promise<T>>, key: string, start: () => Promise<T>): Promise<T> {
  const running = flights.get(key);
  if (running) return running;
  const flight = start().finally(() => flights.delete(key));
  flights.set(key, flight);
  return flight;
}

function headerOf(grant: LeverGrant): string {
  // Lever: the API key is the user name, the password stays empty.
  if (grant.kind === 'apiKey') return `Basic ${Buffer.from(`${grant.apiKey}:`).toString('base64')}`;
  if (grant.accessToken === null)
    throw new FulcrumError('internal', 'a grant without an access token was used');
  return `Bearer ${grant.accessToken}`;
}

const isUsable = (grant: LeverGrant): boolean =>
  grant.kind === 'apiKey' ||
  (grant.accessToken !== null && grant.expiresAt !== null && grant.expiresAt - expiryMarginMs > Date.now());

function present(grant: LeverGrant | null): LeverGrant {
  if (grant === null) throw disconnected();
  return grant;
}

function requireOAuth(grant: LeverGrant | null): OAuthGrant {
  if (present(grant).kind !== 'oauth') {
    throw new FulcrumError('conflict', 'the connection was changed to an API key meanwhile');
  }
  return grant as OAuthGrant;
}

const disconnected = (): FulcrumError =>
  new FulcrumError(
    'connection.disconnected',
    "Lever no longer accepts the connection's grant: the customer has to connect again",
  );
