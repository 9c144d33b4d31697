import type { InvitedRun } from '../../db/repositories/assessments';
import type { Trimmed } from '../../db/delivery-queue';
import type { Logger } from '../../platform/log';
import type { VendorNews } from '../../workflows/messages';
import { isStoreAway } from './dispatch';
import { newDeliveryId } from './intake';
import type { Tally } from './tally';

/**
 * What becomes of a connection for which more callbacks wait than are kept: the oldest go, and each of its open invitations
 * asks the vendor once how it stands, as if the vendor had called about it. So nothing that was let go is missed.
 */

export interface OverflowDeps {
  trim: () => Promise<Trimmed[]>;
  tally: Pick<Tally, 'add'>;
  /** Whether this vendor can be asked how an invitation stands. */
  canBeAsked: (source: Trimmed['source']) => boolean;
  /** Open runs whose vendor has named the invitation, behind this id. */
  invitedRuns: (connectionId: string, behind: string, limit: number) => Promise<InvitedRun[]>;
  /** False: the run is over by now. */
  tell: (workflowId: string, news: VendorNews) => Promise<boolean>;
  log: Logger;
}

/** Runs that one step tells, so that nothing else waits long behind it. */
const atOnce = 50;
/** However long a flood lasts, the vendor is not asked more often than that. */
const everyMs = 3_600_000;

/** @returns one step: lets go of what is too much, and has some of the runs ask. @throws FulcrumError when a store is away */
export function createOverflow(deps: OverflowDeps, now = Date.now) {
  const { trim, tally, canBeAsked, invitedRuns, tell, log } = deps;
  const begunAt = new Map<string, number>();
  const asking: { connectionId: string; source: Trimmed['source']; hour: number; behind: string }[] = [];

  const begin = ({ connectionId, source, count }: Trimmed): void => {
    const at = now();
    tally.add({ connectionId, source, receivedAt: at }, 'unmatched', count);
    if (at - (begunAt.get(connectionId) ?? Number.NEGATIVE_INFINITY) < everyMs) return;
    begunAt.set(connectionId, at);
    log.warn({ connectionId, gone: count }, 'too many callbacks name runs that nobody knows: the oldest go');
    if (canBeAsked(source)) asking.push({ connectionId, source, hour: Math.floor(at / everyMs), behind: '' });
  };

  return async (): Promise<void> => {
    for (const trimmed of await trim()) begin(trimmed);
    const one = asking[0];
    if (one === undefined) return;
    const runs = await invitedRuns(one.connectionId, one.behind, atOnce);
    for (const { assessmentId, workflowId } of runs) {
      await tell(workflowId, statusWanted(one, assessmentId, now())).catch((error: unknown) => {
        if (isStoreAway(error)) throw error;
        log.warn({ assessmentId, err: error }, 'a run could not be told to ask its vendor');
      });
      one.behind = assessmentId;
    }
    if (runs.length < atOnce) asking.shift();
  };
}

/** Nobody but the hub says so, and its key makes it the same whichever process says it within the hour. */
const statusWanted = (
  { connectionId, source, hour }: { connectionId: string; source: Trimmed['source']; hour: number },
  assessmentId: string,
  receivedAt: number,
): VendorNews => ({
  delivery: {
    id: newDeliveryId(),
    source,
    connectionId,
    eventKey: `status-${assessmentId}-${hour}`,
    event: 'changed',
    receivedAt,
    verdict: 'signalled',
    opportunityId: null,
  },
  event: { type: 'changed', unproven: true },
  vendorRef: null,
});
