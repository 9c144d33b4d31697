import { FulcrumError } from '../../domain/errors';
import type { Logger } from '../../platform/log';
import type { OpportunityHint } from '../../workflows/assessment/contract';
import { isRefusedAlone, type RunGateway } from '../runs/gateway';

/** How open runs hear that something happened to their opportunity (decision 0004). */

/** `isNew`: it is announced, and its workflow may not have begun. */
export interface OpenRun {
  workflowId: string;
  isNew: boolean;
}

export interface HintDeps {
  runs: Pick<RunGateway, 'hint' | 'openRunsOf'>;
  /** Open runs of an opportunity. @throws FulcrumError `db.unavailable` */
  openRunsOf: (connectionId: string, opportunityId: string) => Promise<OpenRun[]>;
  /** Whether a run may be told something now; else it waits for its turn. Default: always. */
  mayTell?: (workflowId: string, bytes: number) => boolean;
  log: Logger;
}

/** What a message weighs on its way to a run. */
export const bytesOf = (message: unknown): number => Buffer.byteLength(JSON.stringify(message));

/** More reads than this find nobody new. */
const mostReads = 5;

/**
 * Tells all open runs of the opportunity that are meant. `isEarly`: one of them is announced but cannot be told yet, or has
 * been told so much that it has to wait, so that the hint has to come again. `refusal`: of one that takes no signal, which keeps it from no other.
 */
export async function tellRuns(
  deps: HintDeps,
  { connectionId, opportunityId }: { connectionId: string; opportunityId: string },
  hint: OpportunityHint,
  isMeant: (workflowId: string) => boolean = () => true,
): Promise<{ reached: string[]; isEarly: boolean; refusal: FulcrumError | null }> {
  const told = new Set<string>();
  const reached: string[] = [];
  let isEarly = false;
  let refusal: FulcrumError | null = null;
  // One that is told while it starts its siblings has announced them by then, though perhaps after they were looked for.
  for (let read = 0; read < mostReads; read += 1) {
    const open = await openRuns(deps, connectionId, opportunityId);
    const fresh = open.filter(({ workflowId }) => !told.has(workflowId) && isMeant(workflowId));
    if (fresh.length === 0) break;
    for (const { workflowId, isNew } of fresh) {
      told.add(workflowId);
      if (deps.mayTell?.(workflowId, bytesOf(hint)) === false) {
        isEarly = true;
        continue;
      }
      try {
        if (await deps.runs.hint(workflowId, hint)) reached.push(workflowId);
        else isEarly ||= isNew;
      } catch (error) {
        if (!isRefusedAlone(error)) throw error;
        refusal = error;
        deps.log.error({ workflowId, err: error }, 'a run cannot be told that its opportunity has changed');
      }
    }
  }
  return { reached, isEarly, refusal };
}

/** The database knows a run from its first step on; Temporal's visibility stands in for it while it is away. */
async function openRuns(deps: HintDeps, connectionId: string, opportunityId: string): Promise<OpenRun[]> {
  try {
    return await deps.openRunsOf(connectionId, opportunityId);
  } catch (error) {
    if (!(error instanceof FulcrumError && error.code === 'db.unavailable')) throw error;
    const known = await deps.runs.openRunsOf(connectionId, opportunityId);
    return known.map((workflowId) => ({ workflowId, isNew: false }));
  }
}
