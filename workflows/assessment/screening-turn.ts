import { condition } from '@temporalio/workflow';
import type { OpenedScreening } from '../../activities/screening-types';
import type { Screening } from '../../domain/screening';
import type { ActivityTiming } from '../names';
import { screeningRecords } from '../shared/proxies';
import { step } from '../shared/steps';
import type { AssessmentInput } from './contract';
import type { InboxProcessor } from './inbox-processor';
import type { LeverAccess } from './lever-access';
import type { RunLifecycle } from './lifecycle';
import type { RunContext } from './run-context';

/** Between two checks whether what has to come first is over. Rare, because it may be suspended for a month. */
const longestWaitMs = 3_600_000;

/** Waits that double: nobody waits longer for nothing than as long again. @param before the last one; none: the first is asked for */
export const nextWait = ({ initialIntervalMs }: ActivityTiming, before?: number): number =>
  before === undefined ? initialIntervalMs : Math.min(before * 2, longestWaitMs);

/** Of several events of one session, e.g. when staff correct an outcome, one is brought to Lever after the other. */
export class ScreeningTurn {
  constructor(
    private readonly input: Pick<AssessmentInput, 'delivery' | 'timing'>,
    private readonly context: Pick<RunContext, 'identity'>,
    private readonly access: Pick<LeverAccess, 'during' | 'changeCount'>,
    private readonly lifecycle: Pick<RunLifecycle, 'hasEnded'>,
    private readonly messages: Pick<InboxProcessor, 'hasInterruption' | 'process'>,
  ) {}

  /** Null: the run was called off meanwhile. */
  async wait(screening: Screening): Promise<Exclude<OpenedScreening, { decision: 'waits' }> | null> {
    const { access, messages } = this;
    const { timing } = this.input;
    for (let wait = nextWait(timing); ; wait = nextWait(timing, wait)) {
      const seen = access.changeCount;
      const opened = await step('open the screening', () => access.during(() => this.open(screening)));
      if (opened.decision !== 'waits') return opened;
      await condition(() => messages.hasInterruption || access.changeCount !== seen, wait, {
        summary: 'wait for an earlier event of the same session',
      });
      await messages.process();
      if (this.lifecycle.hasEnded) return null;
    }
  }

  private open(screening: Screening): Promise<OpenedScreening> {
    const { delivery, timing } = this.input;
    return screeningRecords(timing).openScreening.executeWithOptions(
      { summary: 'note the run, see where it belongs' },
      [{ run: this.context.identity, delivery, screening }],
    );
  }
}
