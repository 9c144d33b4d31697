import type { Trimmed } from '../../db/delivery-queue';
import type { InvitedRun } from '../../db/repositories/assessments';
import type { Ask, Asked, Overflows } from '../../db/repositories/overflows';
import type { Logger } from '../../platform/log';
import type { VendorNews } from '../../workflows/assessment/contract';
import { isStoreAway } from './dispatch';
import { newDeliveryId } from './intake';
import type { Tally } from './tally';

/**
 * What becomes of a connection for which more callbacks wait than are kept: the oldest go, and each of its open invitations
 * asks the vendor how it stands, as if the vendor had called about it: at once, and once more after an hour where more was
 * let go since (`overflows.ts`). So nothing that was let go is missed; a run that is invited later asks when it polls.
 */

export interface OverflowDeps {
  trim: () => Promise<Trimmed[]>;
  takeAsk: Overflows['takeAsk'];
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

/** @returns one step: lets go of what is too much, and has some of the runs ask. @throws FulcrumError when a store is away */
export function createOverflow(deps: OverflowDeps) {
  const { trim, takeAsk, tally, canBeAsked, invitedRuns, tell, log } = deps;

  const askSome = async (ask: Ask): Promise<Asked> => {
    const { connectionId, source, isNew } = ask;
    if (isNew) log.warn({ connectionId }, 'too many callbacks name runs that nobody knows: the oldest go');
    if (!canBeAsked(source)) return { behind: null };
    let { behind } = ask;
    const runs = await invitedRuns(connectionId, behind, atOnce);
    for (const { assessmentId, workflowId } of runs) {
      try {
        await tell(workflowId, statusWanted(ask, assessmentId, Date.now()));
      } catch (error) {
        if (isStoreAway(error)) return { behind, error };
        log.warn({ assessmentId, err: error }, 'a run could not be told to ask its vendor');
      }
      behind = assessmentId;
    }
    return { behind: runs.length < atOnce ? null : behind };
  };

  return async (): Promise<void> => {
    for (const { connectionId, source, count } of await trim()) {
      tally.add({ connectionId, source, receivedAt: Date.now() }, 'unmatched', count);
    }
    await takeAsk(askSome);
  };
}

const hourMs = 3_600_000;

/** Nobody but the hub says so, and its key makes it the same where a process that died had said it already. */
const statusWanted = (
  { connectionId, source, since }: Ask,
  assessmentId: string,
  receivedAt: number,
): VendorNews => ({
  delivery: {
    id: newDeliveryId(),
    source,
    connectionId,
    eventKey: `status-${assessmentId}-${Math.floor(since / hourMs)}`,
    event: 'changed',
    receivedAt,
    verdict: 'signalled',
    opportunityId: null,
  },
  event: { type: 'changed', unproven: true },
  vendorRef: null,
});
