import { endOfGrant, endWarning, warnWhenGrantedBefore } from '../domain/grant-life';
import { leverBucket } from '../domain/ids';
import { withGrant } from './access';
import type { ActivityDeps } from './deps';

/** How the grants of quiet customers are kept alive (decision 0015), step by step. */

export interface GrantRecords {
  /**
   * One page of the OAuth grants that were not refreshed since the time named. Those that Lever is going to end are put
   * into the log as warnings.
   */
  listQuietGrants(input: { refreshedBefore: number; after: string | null; limit: number }): Promise<{
    quiet: { connectionId: string; fairnessKey: string }[];
    next: string | null;
  }>;
}

export interface GrantRefresh {
  /** Has Lever give new tokens, unless it did so since the time named. One request, to the authorization server. */
  refreshQuietGrant(input: { connectionId: string; refreshedBefore: number }): Promise<void>;
}

export function createGrantRecords(deps: Pick<ActivityDeps, 'grants' | 'log'>): GrantRecords {
  return {
    async listQuietGrants({ refreshedBefore, after, limit }) {
      const now = Date.now();
      const grantedBefore = warnWhenGrantedBefore(now);
      const page = await deps.grants.ageing({ refreshedBefore, grantedBefore, after, limit });
      for (const { connectionId, ...life } of page.data) {
        const warning = endWarning(connectionId, life, now);
        if (warning === null) continue;
        const endsAt = new Date(endOfGrant(life) as number).toISOString();
        deps.log.warn({ connectionId, endsAt }, warning);
      }
      return {
        quiet: page.data
          .filter(({ refreshedAt }) => refreshedAt < refreshedBefore)
          .map(({ connectionId, leverAccountId }) => ({
            connectionId,
            fairnessKey: leverBucket({ id: connectionId, leverAccountId }),
          })),
        next: page.next,
      };
    },
  };
}

export function createGrantRefresh(deps: ActivityDeps): GrantRefresh {
  return {
    refreshQuietGrant: ({ connectionId, refreshedBefore }) =>
      withGrant(deps, connectionId, async () => {
        const life = (await deps.grants.lives([connectionId])).get(connectionId);
        // Whoever used it meanwhile, or the attempt before whose answer was lost, has done it already.
        if (life !== undefined && life.refreshedAt >= refreshedBefore) return;
        await deps.refreshGrant(connectionId);
      }),
  };
}
