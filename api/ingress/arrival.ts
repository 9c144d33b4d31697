import { createHash } from 'node:crypto';
import type { DeliveryRequest, FullDelivery } from '../../db/repositories/deliveries';
import { type DeliveryReason, deliveryReason } from '../../domain/delivery-reasons';
import type { DeliveryNote, Verdict } from '../../domain/records';
import type { RawCallback } from '../../vendors/define';

/** One inbound message, or one piece of news of a callback that brings several. */
export interface Arrival extends Omit<DeliveryNote, 'verdict'> {
  /** The run that a callback's address names; null for Lever and for account-level callbacks. */
  workflowId: string | null;
  /** The vendor's id of the run it is about. */
  reference: string | null;
  request: DeliveryRequest;
  body: Buffer;
}

/** What became of an arrival. */
export interface Outcome {
  verdict: Verdict;
  workflowId: string | null;
  reason: DeliveryReason | null;
}

export const outcome = (
  verdict: Verdict,
  reason: DeliveryReason | DeliveryReason['code'] | null = null,
  workflowId: string | null = null,
): Outcome => ({ verdict, reason: typeof reason === 'string' ? deliveryReason(reason) : reason, workflowId });

export const noteOf = (arrival: Arrival, verdict: Verdict): DeliveryNote => ({
  id: arrival.id,
  source: arrival.source,
  connectionId: arrival.connectionId,
  eventKey: arrival.eventKey,
  event: arrival.event,
  receivedAt: arrival.receivedAt,
  verdict,
  opportunityId: arrival.opportunityId,
});

/** That it came, and nothing of what it said: it is about somebody who was erased. */
export const forgotten = (arrival: Arrival): Arrival => ({
  ...arrival,
  eventKey: arrival.id,
  opportunityId: null,
  workflowId: null,
  reference: null,
  request: { method: arrival.request.method, headers: {}, pathRest: '', query: {} },
  body: Buffer.alloc(0),
});

/** A stored delivery as it arrived; a body that was erased reads as empty. */
export const arrivalOf = (row: FullDelivery): Arrival => ({
  id: row.id,
  source: row.source,
  connectionId: row.connectionId,
  eventKey: row.eventKey,
  event: row.event,
  receivedAt: row.receivedAt,
  opportunityId: row.opportunityId,
  workflowId: row.workflowId,
  reference: row.reference,
  request: row.request ?? { method: 'POST', headers: {}, pathRest: '', query: {} },
  body: row.body ?? Buffer.alloc(0),
});

export const callbackOf = (arrival: Arrival): RawCallback => ({
  ...arrival.request,
  body: arrival.body,
  receivedAt: arrival.receivedAt,
});

/** Names a message whose sender gives it no name: the same bytes about the same thing are the same news. */
export function digestKey(...parts: (string | Buffer | null)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = Buffer.from(part ?? '');
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
}
