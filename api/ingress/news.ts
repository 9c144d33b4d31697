import type { Connection } from '../../domain/connection';
import type { LeverDelivery } from '../../lever/webhook-schema';
import type { AnyVendor, CallbackNews } from '../../vendors/define';
import { type Arrival, callbackOf, digestKey } from './arrival';
import { type LeverSaid, readDelivery, readNews } from './lever-message';

/**
 * What an arrival says. It is parsed once on its way in and goes on from there as this; the row keeps the bytes, and what
 * has waited in it is parsed again.
 */
export type News = FromLever | FromVendor;

export interface FromLever {
  from: 'lever';
  said: LeverSaid;
  /** When Lever told it, ms since 1970. */
  toldAt: number;
}

export interface FromVendor {
  from: 'vendor';
  /** Null: nothing that concerns a run. */
  said: CallbackNews | null;
}

/**
 * A delivery of Lever's that is believed, with the names that it gives itself.
 * @throws FulcrumError `input.malformed`, naming what is missing
 */
export function leverNews(arrival: Arrival, delivery: LeverDelivery): { arrival: Arrival; news: FromLever } {
  const said = readNews(delivery);
  const { event, token: eventKey, triggeredAt: toldAt } = delivery;
  const opportunityId = 'opportunityId' in said ? said.opportunityId : null;
  return { arrival: { ...arrival, event, eventKey, opportunityId }, news: { from: 'lever', said, toldAt } };
}

/** @throws FulcrumError `input.malformed`, e.g. because a vendor's messages were read otherwise when it came */
export function readAgain(
  vendor: (id: Connection['vendor']) => AnyVendor,
  connection: Connection,
  arrival: Arrival,
): News {
  if (arrival.source === 'lever') return leverNews(arrival, readDelivery(arrival.body)).news;
  const { news } = vendor(connection.vendor).callback.parse(callbackOf(arrival));
  // Of a message that brought several each has its own row, by its own key.
  const own = news.find((item) => newsKey(item, arrival) === arrival.eventKey);
  return { from: 'vendor', said: own ?? null };
}

/** The key under which a repeat of the same news is known. Two runs may hear the same words: the run is part of it. */
export function newsKey(
  news: CallbackNews,
  { body, workflowId }: Pick<Arrival, 'body' | 'workflowId'>,
): string {
  const { eventKey } = news;
  if (eventKey === null) return digestKey(workflowId, news.vendorRef, news.event.type, body);
  return Buffer.byteLength(eventKey) <= longestKey ? eventKey : digestKey(eventKey);
}

/** Bytes that fit into an entry of PostgreSQL's index of spent keys, with room for what stands beside them. */
const longestKey = 2_000;
