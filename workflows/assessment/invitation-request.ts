import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { Invitation } from '../../domain/assessment';
import type { Plan } from '../../domain/effects';
import { isCancelled, mayBeOut } from '../shared/failures';
import { vendorActivities } from '../shared/proxies';
import { isFailureOfStep } from '../shared/steps';
import type { AssessmentInput, RoutedStart } from './contract';
import type { Inbox, VendorContact } from './inbox';
import { saysMore } from './inbox';
import type { Ledger } from './ledger';
import type { LeverAccess } from './lever-access';
import type { RunLifecycle } from './lifecycle';
import type { StartWait } from './request-wait';
import type { RunContext } from './run-context';

type Invited = { invitation: Invitation; plan: Plan; recorded: boolean };
/** `inDoubt`: the candidate may have been invited all the same. `contact`: what the vendor had said by then. */
export type Unanswered = { error: unknown; inDoubt: boolean; contact: VendorContact };

/** Whether the request has failed or was stopped, and not this workflow's own code, or the wait for the connection. */
export const isAnswer = (error: unknown): boolean => isFailureOfStep(error) || isCancelled(error);

/**
 * Has the vendor invite the candidate. The request is repeated until the vendor answers, and stopped when the run is called
 * off, or when the vendor calls back about a run that should not exist yet; an attempt that is under way is always waited for.
 */
export class InvitationRequest {
  constructor(
    private readonly input: Pick<AssessmentInput, 'vendor' | 'timing'>,
    private readonly context: Pick<RunContext, 'identity'>,
    private readonly access: Pick<LeverAccess, 'during'>,
    private readonly lifecycle: Pick<RunLifecycle, 'hasEnded'>,
    private readonly inbox: Pick<Inbox, 'vendorContact'>,
    private readonly ledger: Pick<Ledger, 'takePending' | 'restoreUnwritten'>,
    private readonly startWait: StartWait,
  ) {}

  /** Whether the vendor has called meanwhile, so that it has invited: it is asked again by the name that it told. */
  mayBeRepeated({ error, contact }: Unanswered): boolean {
    return !this.lifecycle.hasEnded && isAnswer(error) && saysMore(this.inbox.vendorContact, contact);
  }

  /** @param before the request before this one */
  async send(routed: RoutedStart, before: Unanswered | null = null): Promise<Invited | Unanswered> {
    const contact = this.inbox.vendorContact;
    const { vendor, timing } = this.input;
    const batch = this.ledger.takePending();
    const scope = new CancellationScope();
    let inDoubt = before?.inDoubt ?? false;
    let answer: Invited | Unanswered | null = null;
    const request = async (): Promise<Invited> => {
      const { historyLength } = workflowInfo();
      try {
        return await vendorActivities(vendor, timing).invite.executeWithOptions(
          { summary: `have ${vendor} invite to ${routed.route.assessmentName}` },
          [{ run: this.context.identity, batch, ...contact, mayBeOut: inDoubt, ...routed }],
        );
      } catch (error) {
        // Stopped in the task that asked for it, it was never sent.
        const wasSent = !isCancelled(error) || workflowInfo().historyLength !== historyLength;
        if (wasSent) inDoubt = mayBeOut(error);
        throw error;
      }
    };
    const asking = scope
      .run(() => this.access.during(request))
      .then(
        (invited) => (answer = invited),
        (error: unknown) => (answer = { error, inDoubt, contact }),
      );
    const hasCalled = (): boolean => saysMore(this.inbox.vendorContact, contact);
    const wait = this.startWait(() => answer !== null);
    while (answer === null && !this.lifecycle.hasEnded && !hasCalled()) await wait.takeMessages(hasCalled);
    if (answer === null) scope.cancel();
    const outcome = await asking;
    this.ledger.restoreUnwritten(batch, 'recorded' in outcome && outcome.recorded);
    return outcome;
  }
}
