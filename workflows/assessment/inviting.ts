import type { Invitation } from '../../domain/assessment';
import { explain } from '../shared/failures';
import type { Commands } from './commands';
import type { RoutedStart } from './contract';
import type { InvitationRequest, Unanswered } from './invitation-request';
import { isAnswer } from './invitation-request';
import type { RunLifecycle } from './lifecycle';
import type { LostInvitation } from './lost-invitation';
import type { PlanRunner } from './plan-runner';
import type { Planner } from './planner';
import type { RunContext } from './run-context';
import type { Timeline } from './timeline';

/** From the routed run to the invitation. While the vendor cannot be reached, a person or Lever may call it off. */
export class Inviting {
  constructor(
    private readonly request: InvitationRequest,
    private readonly context: Pick<RunContext, 'learnInvitation'>,
    private readonly lifecycle: Pick<RunLifecycle, 'hasEnded' | 'apply'>,
    private readonly timeline: Pick<Timeline, 'rememberError'>,
    private readonly plans: Pick<PlanRunner, 'add'>,
    private readonly planner: Pick<Planner, 'planFor'>,
    private readonly lost: LostInvitation,
    private readonly commands: Pick<Commands, 'carryOut'>,
  ) {}

  async invite(routed: RoutedStart): Promise<void> {
    const { request } = this;
    let answer = await request.send(routed);
    while ('error' in answer && request.mayBeRepeated(answer)) answer = await request.send(routed, answer);
    if ('error' in answer) return this.goWithout(answer);
    this.context.learnInvitation(answer.invitation);
    if (this.lifecycle.hasEnded) return this.lost.withdraw();
    // First, so that the first effect tells of it on its way.
    this.lifecycle.apply({ type: 'invited', expiresAt: answer.invitation.expiresAt });
    this.plans.add(answer.plan);
  }

  /** There is no answer to wait for any more. What may be out all the same is searched for. */
  private async goWithout({ error, inDoubt }: Unanswered): Promise<void> {
    const { lifecycle, lost } = this;
    if (!isAnswer(error)) throw error;
    if (lifecycle.hasEnded) return inDoubt ? lost.takeBack() : undefined;
    const finding = inDoubt ? await lost.find() : { found: null };
    if (lifecycle.hasEnded) return lost.takeBackFound(finding);
    if ('found' in finding && finding.found !== null) return this.adopt(finding.found);
    const { code, message } = explain(error);
    this.timeline.rememberError(code);
    await this.commands.carryOut(lifecycle.apply({ type: 'invitationFailed', reason: message }));
    if (!('found' in finding)) await lost.askPerson(finding);
  }

  /** The vendor has refused a repeat of what it had done already. */
  private async adopt(invitation: Invitation): Promise<void> {
    this.context.learnInvitation(invitation);
    this.lifecycle.apply({ type: 'invited', expiresAt: invitation.expiresAt });
    await this.planner.planFor('invited', 'invited', null);
  }
}
