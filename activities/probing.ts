import type { HeldRelease } from '../db/held-release';
import { leverBucket } from '../domain/ids';
import { probedWhenRefusedSince } from '../domain/refused-access';
import { probe } from './access';
import type { ActivityDeps } from './deps';

/** How connections come back whose access Lever refused for a while (decision 0010), step by step. */

export interface ProbeRecords {
  /** One page of the connections that Lever is still asked about. */
  listRefusedAccess(input: { after: string | null; limit: number }): Promise<{
    refused: { connectionId: string; fairnessKey: string }[];
    next: string | null;
  }>;
  /** The connection is again what it was before Lever refused its access. */
  restoreConnection(input: { connectionId: string }): Promise<void>;
  /** What waited for the connection goes on: held deliveries, as far as the limits let them, and suspended runs. */
  reviveConnection(input: { connectionId: string }): Promise<void>;
}

export interface ProbeLever {
  /**
   * Asks Lever whether it takes the access of a refused connection. One request.
   * - `waits`: it was not asked, because somebody else is asking, or nothing is refused any more
   */
  probeConnection(input: { connectionId: string }): Promise<'taken' | 'refused' | 'ended' | 'waits'>;
}

/** What Temporal tells runs. */
export interface RunWaking {
  /** Has every open run of the connection look at once. */
  wakeAllOf(connectionId: string): Promise<void>;
}

export interface ProbeDeps extends Pick<
  ActivityDeps,
  'connections' | 'directory' | 'log' | 'refusal' | 'refusedAccess'
> {
  held: Pick<HeldRelease, 'resume'>;
  runs: RunWaking;
}

export function createProbeRecords(deps: ProbeDeps): ProbeRecords {
  return {
    async listRefusedAccess({ after, limit }) {
      const refusedSince = probedWhenRefusedSince(Date.now(), deps.refusal);
      const page = await deps.refusedAccess.list({ refusedSince, after, limit });
      return {
        refused: page.data.map(({ connectionId, leverAccountId }) => ({
          connectionId,
          fairnessKey: leverBucket({ id: connectionId, leverAccountId }),
        })),
        next: page.next,
      };
    },

    async restoreConnection({ connectionId }) {
      const connection = await deps.connections.get(connectionId);
      if (connection === null) return;
      const paused = connection.settings['paused'] === true;
      if (await deps.refusedAccess.restore(connectionId, { paused })) {
        deps.log.info({ connectionId }, 'Lever takes the access of a connection again');
      }
      await deps.directory.refresh();
    },

    async reviveConnection({ connectionId }) {
      const connection = await deps.connections.get(connectionId);
      if (connection?.status === 'active') await deps.held.resume(connectionId, Date.now());
      await deps.runs.wakeAllOf(connectionId);
    },
  };
}

export const createProbeLever = (deps: ActivityDeps): ProbeLever => ({
  async probeConnection({ connectionId }) {
    const connection = await deps.connections.get(connectionId);
    const refusedSince = connection?.refusedSince ?? null;
    if (connection === null || refusedSince === null || connection.status === 'disabled') return 'waits';
    const now = Date.now();
    if (!(await deps.refusedAccess.takeProbe(connectionId, now, now + deps.longestCallMs))) return 'waits';
    deps.forgetGrant(connectionId);
    const outcome = await probe(deps, connection, refusedSince);
    // Whoever comes next need not wait: the connection is restored by a step of its own.
    if (outcome === 'taken') await deps.refusedAccess.postponeProbe(connectionId, now);
    return outcome;
  },
});
