import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { ChildWorkflowOptions } from '@temporalio/workflow';
import { executeChild, ParentClosePolicy, sleep } from '@temporalio/workflow';
import type { Opportunity } from '../../domain/assessment';
import { candidacyWorkflowId } from '../../domain/ids';
import { nextWait } from '../assessment/screening-turn';
import { workflowTypes } from '../names';
import type { CandidacyInput } from './contract';

type Search = (input: CandidacyInput) => Promise<Opportunity | null>;

/**
 * One search for a person at a time: Temporal refuses a second workflow with the same id, and whoever is refused asks again.
 * So of several events about somebody new one makes the opportunity, and the others find it.
 * @param people what the person is known by, one for each key that may be in use, in an order that every process has: the
 *   search holds the id of each of them while it lasts, one inside the other
 */
export async function searchAlone(
  [person = '', ...others]: readonly string[],
  input: Omit<CandidacyInput, 'alsoAs'>,
  shown: Pick<ChildWorkflowOptions, 'staticSummary' | 'typedSearchAttributes'>,
): Promise<Opportunity | null> {
  for (let wait = nextWait(input.timing); ; wait = nextWait(input.timing, wait)) {
    try {
      return await executeChild<Search>(workflowTypes.candidacy, {
        workflowId: candidacyWorkflowId(input.connectionId, person),
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        // An opportunity that is being made must be known before somebody else may look.
        parentClosePolicy: ParentClosePolicy.ABANDON,
        ...shown,
        args: [{ ...input, ...(others.length > 0 && { alsoAs: others }) }],
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await sleep(wait, { summary: 'wait for another search for the same person' });
    }
  }
}
