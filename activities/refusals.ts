import type { ConnectionDirectory } from '../db/connection-directory';
import type { Connections } from '../db/repositories/connections';
import type { Connection } from '../domain/connection';
import { connectionReasonText } from '../domain/connection-reasons';
import { FulcrumError } from '../domain/errors';
import { leverScope, provenBy, scopeOf } from '../domain/impairment';
import type { LeverClient } from '../lever/client';
import type { Logger } from '../platform/log';
import type { About } from './about';

/** Tells what one run met from what every run of its connection will meet (`domain/impairment.ts`). */
export interface Judge {
  /** The fault as the run should hear it: `connection.impaired` where it is the connection's. */
  refused(error: FulcrumError, about: About, activity: string, triedAt: number): Promise<FulcrumError>;
  /** What works is no longer counted as refused. Never fails. */
  worked(about: About, activity: string): Promise<void>;
}

export interface JudgeDeps {
  directory: Pick<ConnectionDirectory, 'byId' | 'refresh'>;
  connections: Pick<Connections, 'refuse' | 'works'>;
  leverFor: (connection: Connection) => Pick<LeverClient, 'pageOfOpportunities'>;
  log: Logger;
}

export function createJudge(deps: JudgeDeps): Judge {
  const { directory, connections, log } = deps;

  /**
   * Several people whose data is confidential look like a missing permission. One more question, asked only before a
   * connection is called impaired, tells them apart: whether Lever shows anybody at all.
   * @throws what says nothing about it
   */
  const showsAnybody = async (connection: Connection): Promise<boolean> => {
    try {
      await deps.leverFor(connection).pageOfOpportunities({ limit: 1 });
      return true;
    } catch (error) {
      if (error instanceof FulcrumError && error.code === 'lever.forbidden') return false;
      throw error;
    }
  };

  return {
    async refused(error, about, activity, triedAt) {
      const { connectionId, assessmentId, effect } = about;
      const scope = scopeOf(error, activity, effect);
      if (scope === null || connectionId === null || assessmentId === null) return error;
      try {
        const { code, message } = error;
        const refusal = { scope, run: assessmentId, code, message, triedAt };
        const count = (isInDoubt: boolean) => connections.refuse(connectionId, { ...refusal, isInDoubt });
        let became = await count(scope === leverScope('readOpportunity'));
        if (became === 'doubtful') {
          const known = directory.byId(connectionId);
          if (known !== null && (await showsAnybody(known))) {
            await connections.works(connectionId, scope);
            await directory.refresh();
            return error;
          }
          became = await count(false);
        }
        await directory.refresh();
        if (became !== 'impaired') return error;
        const known = directory.byId(connectionId)?.statusReason ?? null;
        const reason = known === null ? message : connectionReasonText(known);
        return new FulcrumError('connection.impaired', `The connection is impaired: ${reason}`, {
          detail: error.detail,
          cause: error,
        });
      } catch (uncounted) {
        log.warn({ connectionId, scope, err: uncounted }, 'a refusal could not be counted');
        return error;
      }
    },

    async worked({ connectionId, effect }, activity) {
      if (connectionId === null) return;
      const refusals = directory.byId(connectionId)?.refusals ?? {};
      const proven = provenBy(activity, effect).filter((scope) => refusals[scope] !== undefined);
      if (proven.length === 0) return;
      try {
        for (const scope of proven) await connections.works(connectionId, scope);
        await directory.refresh();
      } catch (error) {
        log.warn({ connectionId, err: error }, 'it could not be noted that something works again');
      }
    },
  };
}
