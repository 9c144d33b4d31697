import { condition, workflowInfo } from '@temporalio/workflow';
import type { OperatorEvent } from '../../domain/events';
import { isTerminal } from '../../domain/lifecycle';
import { lastLook } from './deferred-looks';
import type { InboxItem } from './inbox';
import type { ActionAnswer, OpportunityHint, VendorNews } from '../messages';
import type { Run } from './run';

/** Where others speak to a run: what they say goes into its one line, and whoever waits for an answer gets it. */
export class Desk {
  private operations = 0;
  private looks = 0;
  private readonly forged = new Set<string>();
  /** Wishes that were carried out, with what came of them. */
  private readonly operated = new Map<string, string | null>();

  constructor(private readonly run: Run) {}

  takeVendorNews({ delivery, event, vendorRef }: VendorNews): void {
    const { inbox, ledger } = this.run;
    const fresh = inbox.put({
      kind: 'vendor',
      key: `${this.isLate ? 'late ' : ''}${delivery.source}:${delivery.eventKey}`,
      event,
      vendorRef,
    });
    ledger.noteDelivery(fresh ? delivery : { ...delivery, verdict: 'duplicate' });
  }

  takeOpportunityHint({ delivery, toldAt, isOthers }: OpportunityHint): void {
    this.run.inbox.put({
      kind: 'opportunity',
      key: `lever:${delivery.eventKey}`,
      hint: delivery.event,
      ...(toldAt !== undefined && { toldAt }),
    });
    if (isOthers !== true) this.run.ledger.noteDelivery(delivery);
  }

  /** What the hub has not said changes nothing. One line for each kind: whoever sends one can send thousands. */
  takeForged(signal: string): void {
    // A line behind the last one would make the row one of an open run.
    if (this.run.isOver || this.forged.has(signal)) return;
    this.forged.add(signal);
    this.run.addRecord('event_ignored', `${signal}: a signal that the hub has not sealed`);
  }

  /** Puts an operator's wish in line with everything else, and answers once it was carried out. */
  async operate(event: OperatorEvent): Promise<ActionAnswer> {
    this.operations += 1;
    const key = `operator:${workflowInfo().runId}:${this.operations}`;
    this.run.inbox.put({ kind: 'operator', key, event });
    await condition(() => this.operated.has(key));
    const detail = this.operated.get(key) ?? null;
    return { ...this.status, ...(detail !== null && { detail }) };
  }

  /** The operator who asked for it gets an answer. */
  answered(item: InboxItem, detail: string | null): void {
    if (item.kind === 'operator') this.operated.set(item.key, detail);
  }

  connectionChanged(look: boolean): void {
    this.looks += look ? 1 : 0;
    const key = `connection:${workflowInfo().runId}:${this.looks}`;
    // What cannot be seen at once has happened long ago, and is not looked for again.
    if (look) this.run.inbox.put({ kind: 'opportunity', key, hint: 'connected again', looks: lastLook });
    this.run.waits.connectionChanged();
  }

  connectionEnded(): void {
    const event = { type: 'connectionEnded', by: 'fulcrum' } as const;
    this.run.inbox.put({ kind: 'operator', key: 'operator:connection-ended', event });
    this.run.waits.connectionChanged();
  }

  cancelledInTemporal(): void {
    const { gate, inbox } = this.run;
    const event = { type: 'cancelRequested', by: 'Temporal', reason: 'cancelled in Temporal' } as const;
    gate.admit(() => void inbox.put({ kind: 'operator', key: 'operator:temporal', event }));
  }

  async retryEffect(id: string, by: string): Promise<ActionAnswer> {
    this.run.addRecord('operator', `${by}: retry ${id}`);
    await this.run.plans.retry(id);
    return this.status;
  }

  async dismissEffect(id: string, by: string, reason: string): Promise<ActionAnswer> {
    this.run.addRecord('operator', `${by}: dismiss ${id}: ${reason}`);
    await this.run.plans.dismiss(id, by, reason);
    return this.status;
  }

  /** What was heard before the end, and came to nothing then, may say more when it is heard again: as an amendment would. */
  private get isLate(): boolean {
    const { lifecycle, resultDigest } = this.run;
    return isTerminal(lifecycle.status) && (lifecycle.status !== 'completed' || resultDigest === null);
  }

  private get status(): ActionAnswer {
    return { status: this.run.lifecycle.status };
  }
}
