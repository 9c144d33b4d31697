import { amend } from '../../domain/amendment';
import { positionOf } from '../../domain/event-position';
import type { VendorEvent } from '../../domain/events';
import type { LateResults } from './late-results';
import type { RunLifecycle } from './lifecycle';
import type { OptionalVendorCalls } from './optional-vendor-calls';
import type { Planner } from './planner';
import type { Timeline } from './timeline';

/** News of a run that is over, whether its workflow is still open or an amendment speaks for it (decision 0012). */
export class LateNews {
  constructor(
    private readonly lifecycle: Pick<RunLifecycle, 'state' | 'notePosition' | 'amendTo'>,
    private readonly timeline: Pick<Timeline, 'add'>,
    private readonly results: Pick<LateResults, 'fetch'>,
    private readonly planner: Pick<Planner, 'planFor'>,
    private readonly vendor: Pick<OptionalVendorCalls, 'askForNews'>,
  ) {}

  async take(event: VendorEvent): Promise<void> {
    const amendment = amend(this.lifecycle.state, event);
    this.lifecycle.notePosition(positionOf(event));
    switch (amendment.do) {
      case 'ignore':
        this.timeline.add('event_ignored', `${event.type}: ${amendment.reason}`);
        return;
      case 'fetchResult':
        return this.results.fetch(event, amendment.told);
      case 'plan':
        this.lifecycle.amendTo(amendment.status, amendment.reason);
        return this.planner.planFor(amendment.trigger, `amended-${amendment.trigger}`, amendment.reason);
    }
  }

  /** A run may have ended over news that it knew from asking, and nobody asks any more. */
  async askOnce(): Promise<void> {
    for (const event of await this.vendor.askForNews(undefined)) await this.take(event);
  }
}
