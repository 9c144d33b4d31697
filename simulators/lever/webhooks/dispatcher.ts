import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import { badRequest, notFound } from '../errors';
import type { LeverEvent, Origin, Webhook } from '../model';
import type { LeverState } from '../state';
import { Timers } from '../timers';
import { WebhookFaults } from './faults';
import { newToken, signWebhook } from './sign';

export interface Attempt {
  at: number;
  /** null: no answer in time, or no connection; then `error` says which. */
  status: number | null;
  error?: string;
  durationMs: number;
}

export interface Delivery {
  id: string;
  webhookId: string;
  url: string;
  event: LeverEvent;
  createdAt: number;
  /** The exact bytes sent, as text. */
  body: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: Attempt[];
  /** When the next try is due; absent when none is. */
  nextAttemptAt?: number;
  /** Set on a delivery that a person (or a fault) made from an earlier one. */
  copyOf?: string;
}

interface Frame {
  id?: string;
  event: string;
  triggeredAt: number;
  token: string;
  signature?: string;
  data: Record<string, unknown>;
}

/** Sends events to the registered webhooks, with Lever's retries, history and Rerun (lever-api 4.2 to 4.4). */
export class WebhookDispatcher {
  readonly faults = new WebhookFaults();
  private readonly history = new Map<string, Delivery>();
  private readonly timers = new Timers();
  private readonly agent = new Agent({ connections: 32 });

  constructor(
    private readonly state: LeverState,
    /** Whether the app that made a webhook has lost its access. */
    private readonly isCutOff: (credential: string) => boolean,
  ) {}

  /** Nothing leaves while the event group is off: no delivery is even recorded. */
  emit(event: LeverEvent, origin: Origin | null, data: Record<string, unknown>): void {
    if (!this.state.enabledEvents.has(event)) return;
    for (const webhook of this.state.webhooks.values()) {
      if (webhook.event !== event) continue;
      if (webhook.origins && origin !== null && !webhook.origins.includes(origin)) continue;
      const stopped = this.state.behaviour.webhooksAfterRevoke === 'stop';
      if (stopped && webhook.credential !== null && this.isCutOff(webhook.credential)) continue;
      this.dispatch(webhook, data);
    }
  }

  /** The settings page's test: empty data, no id, one try. */
  async ping(webhookId: string): Promise<Delivery> {
    const webhook = this.state.webhook(webhookId);
    const frame = this.frame(webhook, {});
    delete frame.id;
    return this.attempt(this.record(webhook, JSON.stringify(frame)), []);
  }

  /** Sends a past delivery again: the same bytes, or signed anew with a fresh token. Resolves after the first try. */
  async rerun(deliveryId: string, options: { freshToken?: boolean | undefined } = {}): Promise<Delivery> {
    const past = this.history.get(deliveryId);
    if (!past) throw notFound('deliveries', deliveryId);
    const webhook = this.state.webhooks.get(past.webhookId);
    if (!webhook) throw badRequest('The webhook of this delivery was deleted; it cannot be sent again');
    const copy = this.record(webhook, options.freshToken ? resigned(webhook, past.body) : past.body, past.id);
    return this.attempt(copy, this.retryDelays());
  }

  deliveries(filter: { event?: string | undefined; webhookId?: string | undefined } = {}): Delivery[] {
    return [...this.history.values()].filter(
      (delivery) =>
        (filter.event === undefined || delivery.event === filter.event) &&
        (filter.webhookId === undefined || delivery.webhookId === filter.webhookId),
    );
  }

  clear(): void {
    for (const [id, delivery] of this.history) if (delivery.state !== 'pending') this.history.delete(id);
  }

  async stop(): Promise<void> {
    this.timers.stop();
    await this.agent.destroy();
  }

  private dispatch(webhook: Webhook, data: Record<string, unknown>): void {
    const frame = this.frame(webhook, data);
    let delayMs = 0;
    let copies = 0;
    for (const fault of this.faults.take(webhook.event)) {
      if (fault.kind === 'lost') return;
      if (fault.kind === 'delay') delayMs += fault.ms;
      if (fault.kind === 'duplicate') copies += fault.copies;
      if (fault.kind === 'forged-data') frame.data = fault.data;
      if (fault.kind === 'missing-id') delete frame.id;
      if (fault.kind === 'wrong-signature')
        frame.signature = signWebhook(newToken(), frame.token, frame.triggeredAt);
    }
    const body = JSON.stringify(frame);
    const first = this.record(webhook, body);
    const all = [first, ...Array.from({ length: copies }, () => this.record(webhook, body, first.id))];
    for (const delivery of all) {
      this.timers.later(delayMs, () => void this.attempt(delivery, this.retryDelays()));
    }
  }

  private retryDelays(): readonly number[] {
    const { webhookRetryDelaysMs: delays, webhookTries } = this.state.behaviour;
    return webhookTries === 'five-in-all' ? delays.slice(0, -1) : delays;
  }

  private frame(webhook: Webhook, data: Record<string, unknown>): Frame {
    const triggeredAt = this.state.now();
    const token = newToken();
    const key = webhook.signatureToken;
    return {
      ...(this.state.behaviour.webhookIds ? { id: randomUUID() } : {}),
      event: webhook.event,
      triggeredAt,
      token,
      ...(key === null ? {} : { signature: signWebhook(key, token, triggeredAt) }),
      data,
    };
  }

  private record(webhook: Webhook, body: string, copyOf?: string): Delivery {
    const delivery: Delivery = {
      id: randomUUID(),
      webhookId: webhook.id,
      url: webhook.url,
      event: webhook.event,
      createdAt: this.state.now(),
      body,
      state: 'pending',
      attempts: [],
      ...(copyOf === undefined ? {} : { copyOf }),
    };
    this.history.set(delivery.id, delivery);
    this.forgetOldest();
    return delivery;
  }

  /** Deliveries still to be tried are never forgotten. */
  private forgetOldest(): void {
    if (this.history.size <= this.state.behaviour.deliveryHistory) return;
    for (const [id, delivery] of this.history) {
      if (delivery.state === 'pending') continue;
      this.history.delete(id);
      return;
    }
  }

  /** One try; on failure the next one is planned after the first of `delays`. */
  private async attempt(delivery: Delivery, delays: readonly number[]): Promise<Delivery> {
    delete delivery.nextAttemptAt;
    const result = await this.post(delivery);
    delivery.attempts.push(result);
    if (result.status !== null && result.status >= 200 && result.status < 300) {
      delivery.state = 'delivered';
      return delivery;
    }
    const [wait, ...further] = delays;
    const webhook = this.state.webhooks.get(delivery.webhookId);
    if (wait === undefined || !webhook) {
      delivery.state = 'failed';
      return delivery;
    }
    delivery.nextAttemptAt = this.state.now() + wait;
    this.timers.later(wait, () => {
      if (this.state.behaviour.freshTokenOnRetry) delivery.body = resigned(webhook, delivery.body);
      void this.attempt(delivery, further);
    });
    return delivery;
  }

  /** Redirects are not followed: a 3xx is a failure like any other answer but 2xx. */
  private async post(delivery: Delivery): Promise<Attempt> {
    const started = performance.now();
    const at = this.state.now();
    const done = (): number => performance.now() - started;
    try {
      const answer = await request(delivery.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'Lever-Webhooks' },
        body: delivery.body,
        dispatcher: this.agent,
        signal: AbortSignal.timeout(this.state.behaviour.webhookTimeoutMs),
      });
      await answer.body.dump();
      return { at, status: answer.statusCode, durationMs: done() };
    } catch (error) {
      return {
        at,
        status: null,
        error: error instanceof Error ? error.message : String(error),
        durationMs: done(),
      };
    }
  }
}

/** The same event under another token; `triggeredAt` stays that of the event. */
function resigned(webhook: Webhook, body: string): string {
  const frame = JSON.parse(body) as Frame;
  frame.token = newToken();
  if (webhook.signatureToken !== null) {
    frame.signature = signWebhook(webhook.signatureToken, frame.token, frame.triggeredAt);
  }
  return JSON.stringify(frame);
}
