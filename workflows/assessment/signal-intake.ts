import { workflowInfo } from '@temporalio/workflow';
import type { Completion } from './completion';
import type { ConnectionWaits } from './connection-waits';
import type { OpportunityHint, VendorNews } from './contract';
import type { Inbox } from './inbox';
import type { KnownFacts } from './known-facts';
import type { Ledger } from './ledger';
import type { RunLifecycle } from './lifecycle';
import { lastCheck } from './opportunity-rechecks';
import type { Timeline } from './timeline';

/** What vendor, Lever and hub signal to a run: it goes into the run's one line, and its delivery is noted. */
export class SignalIntake {
  private changesToCheck = 0;
  private readonly forged = new Set<string>();

  constructor(
    private readonly inbox: Pick<Inbox, 'put'>,
    private readonly ledger: Pick<Ledger, 'noteDelivery'>,
    private readonly lifecycle: Pick<RunLifecycle, 'status' | 'hasEnded'>,
    private readonly facts: Pick<KnownFacts, 'resultDigest'>,
    private readonly completion: Pick<Completion, 'isOver'>,
    private readonly timeline: Pick<Timeline, 'add'>,
    private readonly connection: Pick<ConnectionWaits, 'connectionChanged'>,
  ) {}

  takeVendorNews({ delivery, event, vendorRef }: VendorNews): void {
    const isNew = this.inbox.put({
      kind: 'vendor',
      key: `${this.isLate ? 'late ' : ''}${delivery.source}:${delivery.eventKey}`,
      event,
      vendorRef,
    });
    this.ledger.noteDelivery(isNew ? delivery : { ...delivery, verdict: 'duplicate' });
  }

  takeOpportunityHint({ delivery, toldAt, isOthers }: OpportunityHint): void {
    this.inbox.put({
      kind: 'opportunity',
      key: `lever:${delivery.eventKey}`,
      hint: delivery.event,
      ...(toldAt !== undefined && { toldAt }),
    });
    if (isOthers !== true) this.ledger.noteDelivery(delivery);
  }

  /** What the hub has not said changes nothing. One line for each kind: whoever sends one can send thousands. */
  takeForged(signal: string): void {
    // A line behind the last one would make the row one of an open run.
    if (this.completion.isOver || this.forged.has(signal)) return;
    this.forged.add(signal);
    this.timeline.add('event_ignored', `${signal}: a signal that the hub has not sealed`);
  }

  /** @param isMissed no webhook told meanwhile what became of the opportunity, so that it has to be checked */
  connectionChanged(isMissed: boolean): void {
    this.changesToCheck += isMissed ? 1 : 0;
    const key = `connection:${workflowInfo().runId}:${this.changesToCheck}`;
    // What cannot be seen at once has happened long ago, and is not checked again.
    if (isMissed) this.inbox.put({ kind: 'opportunity', key, hint: 'connected again', looks: lastCheck });
    this.connection.connectionChanged();
  }

  connectionEnded(): void {
    const event = { type: 'connectionEnded', by: 'fulcrum' } as const;
    this.inbox.put({ kind: 'operator', key: 'operator:connection-ended', event });
    this.connection.connectionChanged();
  }

  /** What came before the end, and led to nothing then, may say more when it comes again: as an amendment would take it. */
  private get isLate(): boolean {
    const { status, hasEnded } = this.lifecycle;
    return hasEnded && (status !== 'completed' || this.facts.resultDigest === null);
  }
}
