import { randomUUID } from 'node:crypto';
import { EVENTS_WITH_ORIGINS, type LeverEvent, type Origin, ORIGINS, type Webhook } from '../model';
import type { LeverState } from '../state';
import { newToken } from './sign';

interface NewWebhook {
  url: string;
  event: LeverEvent;
  /** All six when absent, for events that take conditions. */
  origins?: Origin[] | undefined;
  /** False: without a signing token, which only the settings page allows; deliveries then carry no signature. */
  signed?: boolean | undefined;
  madeBy: Webhook['madeBy'];
  credential: string | null;
}

/** Registers a webhook with a signature token of its own; a repeat makes another one, so double deliveries. */
export function makeWebhook(state: LeverState, input: NewWebhook): Webhook {
  const now = state.now();
  const webhook: Webhook = {
    id: randomUUID(),
    event: input.event,
    url: input.url,
    origins: EVENTS_WITH_ORIGINS.includes(input.event) ? (input.origins ?? [...ORIGINS]) : null,
    signatureToken: (input.signed ?? true) ? newToken() : null,
    createdAt: now,
    updatedAt: now,
    madeBy: input.madeBy,
    credential: input.credential,
  };
  state.webhooks.set(webhook.id, webhook);
  return webhook;
}
