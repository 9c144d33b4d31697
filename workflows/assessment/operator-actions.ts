import { condition, workflowInfo } from '@temporalio/workflow';
import type { OperatorEvent } from '../../domain/events';
import type { ActionAnswer } from './contract';
import type { Inbox, InboxItem } from './inbox';
import type { RunLifecycle } from './lifecycle';
import type { PlanRunner } from './plan-runner';
import type { Timeline } from './timeline';

/** What people ask of a run: it goes into the one line with everything else, and whoever waits for an answer gets it. */
export class OperatorActions {
  private asked = 0;
  /** What was carried out, with what came of it. */
  private readonly carriedOut = new Map<string, string | null>();

  constructor(
    private readonly inbox: Pick<Inbox, 'put'>,
    private readonly lifecycle: Pick<RunLifecycle, 'status'>,
    private readonly timeline: Pick<Timeline, 'add'>,
    private readonly plans: Pick<PlanRunner, 'retry' | 'dismiss'>,
  ) {}

  /** Answers once it was carried out. */
  async request(event: OperatorEvent): Promise<ActionAnswer> {
    this.asked += 1;
    const key = `operator:${workflowInfo().runId}:${this.asked}`;
    this.inbox.put({ kind: 'operator', key, event });
    await condition(() => this.carriedOut.has(key));
    const detail = this.carriedOut.get(key) ?? null;
    return { ...this.status, ...(detail !== null && { detail }) };
  }

  /** The operator who asked for it gets an answer. */
  answer(item: InboxItem, detail: string | null): void {
    if (item.kind === 'operator') this.carriedOut.set(item.key, detail);
  }

  cancelInTemporal(): void {
    const event = { type: 'cancelRequested', by: 'Temporal', reason: 'cancelled in Temporal' } as const;
    this.inbox.put({ kind: 'operator', key: 'operator:temporal', event });
  }

  async retryEffect(id: string, by: string): Promise<ActionAnswer> {
    this.timeline.add('operator', `${by}: retry ${id}`);
    await this.plans.retry(id);
    return this.status;
  }

  async dismissEffect(id: string, by: string, reason: string): Promise<ActionAnswer> {
    this.timeline.add('operator', `${by}: dismiss ${id}: ${reason}`);
    await this.plans.dismiss(id, by, reason);
    return this.status;
  }

  private get status(): ActionAnswer {
    return { status: this.lifecycle.status };
  }
}
