import { amended, closedAsUnwritten } from '../../domain/after-end';
import { type EndReason, endReasonText } from '../../domain/end-reasons';
import { type EventPosition, highWaterMarkOf, marked } from '../../domain/event-position';
import type { LifecycleEvent } from '../../domain/events';
import type { Lifecycle, Status } from '../../domain/lifecycle';
import { isSuspended, isTerminal, nextWake, wakeReason } from '../../domain/lifecycle';
import { hear, reduce } from '../../domain/reducer';
import type { Command, Reduction } from '../../domain/reduction';
import type { PolicyInput } from '../../domain/run-policy';
import type { Display } from './display';
import type { Inbox, InboxItem } from './inbox';
import type { KnownFacts } from './known-facts';
import type { Timeline } from './timeline';
import type { WakeUp } from './updatable-timer';

/** Where a run stands: each event goes through the reducer, and what it changes is told in the timeline. */
export class RunLifecycle {
  /** @param ended called when an event has ended the run */
  constructor(
    private current: Lifecycle,
    private readonly facts: Pick<KnownFacts, 'all' | 'remember'>,
    private readonly timeline: Pick<Timeline, 'add'>,
    private readonly display: Pick<Display, 'show'>,
    private readonly inbox: Pick<Inbox, 'hold'>,
    private readonly ended: () => void,
  ) {}

  get state(): Lifecycle {
    return this.current;
  }

  get status(): Status {
    return this.current.status;
  }

  /** Its status is one that no event leads out of. */
  get hasEnded(): boolean {
    return isTerminal(this.current.status);
  }

  get isSuspended(): boolean {
    return isSuspended(this.current);
  }

  /** Why it is as it is, for people. */
  get reason(): string | null {
    return endReasonText(this.current.reason);
  }

  get wakeAt(): WakeUp {
    const due = nextWake(this.current);
    return due === null ? null : { at: due, why: wakeReason(this.current, due) };
  }

  /** One step of the reducer; returns what has to be done about it. */
  apply(event: LifecycleEvent, item: InboxItem | null = null): Command[] {
    return this.step(event, item, null);
  }

  /** @param because what stands in the way */
  suspend(because: string | null): void {
    this.step({ type: 'suspended' }, null, because);
  }

  private step(event: LifecycleEvent, item: InboxItem | null, because: string | null): Command[] {
    const before = this.current;
    const reduction = reduce(before, event, Date.now());
    const byItself = event.type === 'tick' || event.type === 'suspended' || event.type === 'resumed';
    switch (reduction.outcome) {
      case 'held':
        if (item !== null) this.inbox.hold(item);
        this.timeline.add('event_held', `${event.type}: ${reduction.reason}`);
        return [];
      case 'ignored':
        if (reduction.state !== undefined) this.become(reduction.state);
        if (!byItself) this.timeline.add('event_ignored', `${event.type}: ${reduction.reason}`);
        return [];
      case 'applied':
        this.become(reduction.state);
        if (this.hasEnded && !isTerminal(before.status)) this.ended();
        if (reduction.state.status !== before.status) this.timeline.add('status', this.reason);
        else if (event.type === 'suspended') this.timeline.add('suspended', because);
        else if (event.type === 'resumed') this.timeline.add('resumed', null);
        if (item?.kind === 'operator') this.timeline.add('operator', `${item.event.by}: ${item.event.type}`);
        this.display.show();
        return reduction.commands;
    }
  }

  usePolicy(policy: PolicyInput): void {
    this.current = { ...this.current, policy };
  }

  /** Notes how far the vendor's news have come, when they no longer go through the reducer. */
  notePosition(position: EventPosition | undefined): void {
    this.become(hear(this.current, position));
  }

  /** Closes as unwritten what Lever was never told of (decision 0010). */
  closeAsUnwritten(): void {
    this.moveAfterEnd(closedAsUnwritten(this.current), 'status');
  }

  /** News after the end changed the verdict (decision 0012). */
  amendTo(status: 'completed' | 'declined', reason: EndReason | null): void {
    this.moveAfterEnd(amended(this.current, status, reason), 'amended');
  }

  private moveAfterEnd(reduction: Reduction, kind: 'status' | 'amended'): void {
    if (reduction.outcome !== 'applied') return;
    this.become(reduction.state);
    this.timeline.add(kind, this.reason);
    this.display.show();
  }

  private become(lifecycle: Lifecycle): void {
    const { status, reason } = lifecycle;
    const mark = highWaterMarkOf(lifecycle);
    if (mark !== undefined && mark !== highWaterMarkOf(this.current)) this.facts.remember(marked(mark));
    const code = reason?.code ?? null;
    const hasMoved = status !== this.status || code !== (this.current.reason?.code ?? null);
    // The first move says it in any case: the row of a run that was reset may still have the reason of its end.
    if (hasMoved && code !== this.facts.all.reason) this.facts.remember({ reason: code });
    this.current = lifecycle;
  }
}
