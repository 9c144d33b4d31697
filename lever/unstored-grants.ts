import type { Logger } from '../platform/log';
import type { GrantStore } from './grant-store';
import type { OAuthGrant } from './oauth';

/**
 * Pairs of tokens that Lever has given and the database could not take. The refresh token they replace may be spent, so
 * each is the last key to its account: it is kept here and stored as soon as the database can be reached.
 */
export interface UnstoredGrants {
  /** What was refreshed from this refresh token and is not stored yet. */
  replacing(connectionId: string, refreshToken: string): OAuthGrant | null;
  keep(connectionId: string, replaces: string, grant: OAuthGrant): void;
  /** It is stored, or of no use any more. */
  drop(connectionId: string): void;
  /** Tries to store it again and again, without holding anybody up. */
  storeLater(connectionId: string): void;
  /** Ends the tries with a last one for each. */
  stop(): Promise<void>;
}

export interface UnstoredGrantsOptions {
  withLocked: GrantStore['withLocked'];
  log: Pick<Logger, 'info' | 'warn'>;
}

interface Kept {
  replaces: string;
  grant: OAuthGrant;
}

const firstPauseMs = 250;
const longestPauseMs = 5_000;

export function createUnstoredGrants({ withLocked, log }: UnstoredGrantsOptions): UnstoredGrants {
  const kept = new Map<string, Kept>();
  const tries = new Map<string, NodeJS.Timeout>();

  const store = async (connectionId: string): Promise<void> => {
    if (!kept.has(connectionId)) return;
    // Looked at under the lock only: a refresh that is under way may replace it once more.
    let mine: Kept | undefined;
    await withLocked(connectionId, async (now) => {
      mine = kept.get(connectionId);
      // A row with another token was given a new grant meanwhile, and one that is gone was ended: both outrank ours.
      return mine && now?.kind === 'oauth' && now.refreshToken === mine.replaces ? mine.grant : null;
    });
    if (kept.get(connectionId) === mine) kept.delete(connectionId);
    log.info({ connectionId }, 'a refreshed grant that could not be stored is stored now');
  };

  const storeAfter = (connectionId: string, pauseMs: number): void => {
    const timer = setTimeout(() => {
      store(connectionId).then(
        () => tries.delete(connectionId),
        () => tries.has(connectionId) && storeAfter(connectionId, Math.min(pauseMs * 2, longestPauseMs)),
      );
    }, pauseMs);
    tries.set(connectionId, timer);
  };

  return {
    replacing(connectionId, refreshToken) {
      const found = kept.get(connectionId);
      return found?.replaces === refreshToken ? found.grant : null;
    },
    keep: (connectionId, replaces, grant) => void kept.set(connectionId, { replaces, grant }),
    drop: (connectionId) => void kept.delete(connectionId),
    storeLater(connectionId) {
      if (tries.has(connectionId) || !kept.has(connectionId)) return;
      log.warn({ connectionId }, 'a refreshed grant could not be stored; trying again');
      storeAfter(connectionId, firstPauseMs);
    },
    async stop() {
      for (const timer of tries.values()) clearTimeout(timer);
      tries.clear();
      for (const connectionId of [...kept.keys()]) {
        await store(connectionId).catch(() =>
          log.warn({ connectionId }, 'a refreshed grant is lost with this process: it could not be stored'),
        );
      }
    },
  };
}
