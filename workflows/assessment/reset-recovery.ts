import { recordsLater } from '../shared/proxies';
import type { AssessmentInput } from './contract';
import type { RunLifecycle } from './lifecycle';
import type { LostInvitation } from './lost-invitation';
import type { Planner } from './planner';
import type { RunContext } from './run-context';

/** A run that was reset to its beginning, and was called off before it got to where it had been. */
export class ResetRecovery {
  constructor(
    private readonly input: Pick<AssessmentInput, 'assessmentId' | 'timing'>,
    private readonly lifecycle: Pick<RunLifecycle, 'state'>,
    private readonly context: Pick<RunContext, 'takeUpAgain' | 'learnRouted' | 'learnInvitation'>,
    private readonly planner: Pick<Planner, 'planFor'>,
    private readonly lost: Pick<LostInvitation, 'takeBack' | 'withdraw'>,
  ) {}

  /** What it had sent and shown before is taken back all the same. */
  async takeBackBegun(): Promise<void> {
    const { status, reason } = this.lifecycle.state;
    if (status !== 'cancelled') return;
    const begun = await recordsLater(this.input.timing).recallBegun.executeWithOptions(
      { summary: 'see whether the run had begun before' },
      [{ assessmentId: this.input.assessmentId }],
    );
    if (begun === null) return;
    this.context.learnRouted(this.context.takeUpAgain(begun));
    await this.planner.planFor('cancelled', 'cancelled-begun', reason);
    if (begun.invitation === null) return this.lost.takeBack();
    this.context.learnInvitation(begun.invitation);
    await this.lost.withdraw();
  }
}
