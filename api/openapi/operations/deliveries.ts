import { z } from 'zod';
import { verdicts } from '../../../domain/records';
import {
  deliveryAnswer,
  deliverySources,
  outcomeAnswer,
  tallyAnswer,
  wholeDelivery,
} from '../../ingress/answer';
import { page } from '../../routes/paging';
import { pageOf } from '../answers';
import { operation } from '../operation';

/** Deliveries: everything that came in, with its verdict. */

const tag = 'deliveries';
const one = { params: z.strictObject({ id: z.string().min(1).max(64) }) };

export const listDeliveries = operation({
  id: 'listDeliveries',
  right: 'read',
  action: 'delivery.listed',
  audited: 'refusals',
  tag,
  method: 'get',
  path: '/deliveries',
  summary: 'List deliveries, newest first',
  input: {
    query: z.strictObject({
      connection: z.string().min(1).max(64).optional(),
      verdict: z.enum(verdicts).optional(),
      source: z.enum(deliverySources).optional(),
      opportunity: z.string().min(1).max(256).optional(),
      workflow: z.string().min(1).max(1_000).optional(),
      ...page,
    }),
  },
  status: 200,
  answer: pageOf(deliveryAnswer),
  problems: [],
});

export const listTallies = operation({
  id: 'listTallies',
  right: 'read',
  action: 'delivery.counted',
  audited: 'refusals',
  tag,
  method: 'get',
  path: '/deliveries/tallies',
  summary:
    'Count the messages of each day that were answered without a record of their own, newest day first',
  input: {
    query: z.strictObject({
      connection: z.string().min(1).max(64).optional(),
      limit: page.limit,
    }),
  },
  status: 200,
  answer: z.strictObject({ data: z.array(tallyAnswer) }),
  problems: [],
});

export const getDelivery = operation({
  id: 'getDelivery',
  right: 'read',
  action: 'delivery.read',
  audited: 'candidates',
  tag,
  method: 'get',
  path: '/deliveries/:id',
  summary: 'Read a delivery with its body',
  input: one,
  status: 200,
  answer: wholeDelivery,
  problems: ['not_found'],
});

export const replayDelivery = operation({
  id: 'replayDelivery',
  right: 'act',
  action: 'delivery.replay',
  audited: 'change',
  tag,
  method: 'post',
  path: '/deliveries/:id/replay',
  summary: "Process a delivery again, with the connection's present settings",
  input: one,
  status: 200,
  answer: outcomeAnswer,
  problems: [
    'auth.signature',
    'not_found',
    'connection.missing',
    'conflict',
    'temporal.unavailable',
    'store.unavailable',
  ],
});

export const discardDelivery = operation({
  id: 'discardDelivery',
  right: 'act',
  action: 'delivery.discard',
  audited: 'change',
  tag,
  method: 'post',
  path: '/deliveries/:id/discard',
  summary: 'Discard a waiting delivery for good',
  input: one,
  status: 200,
  answer: outcomeAnswer,
  problems: ['not_found', 'conflict'],
});
