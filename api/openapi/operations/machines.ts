import { z } from 'zod';
import { verdicts } from '../../../domain/records';
import { leverDelivery } from '../../../lever/webhook-schema';
import { machineOperation } from '../operation';

/** What stands beside `/api/v1`: for Lever, and for whoever watches the hub. */

export const takeLeverWebhook = machineOperation({
  id: 'takeLeverWebhook',
  tag: 'Lever',
  method: 'post',
  path: '/webhooks/lever/:connectionKey',
  summary: 'Events from Lever for a connection, signed with the signing token of the webhook',
  input: { params: z.strictObject({ connectionKey: z.string() }), body: leverDelivery },
  status: 200,
  answer: z.strictObject({ verdict: z.enum(verdicts), deliveryId: z.string() }),
  problems: [
    'input.malformed',
    'auth.signature',
    'connection.missing',
    'input.too_large',
    'input.wrong_type',
    'internal',
    'store.unavailable',
    'temporal.unavailable',
  ],
});

export const healthz = machineOperation({
  id: 'healthz',
  tag: 'health',
  method: 'get',
  path: '/healthz',
  summary: 'Whether the process runs',
  input: {},
  status: 200,
  answer: z.strictObject({ status: z.literal('ok') }),
  problems: ['internal'],
});

const part = z.enum(['ok', 'away']);
/** Answered with 200, and with 503 while the hub can take nothing. */
export const readiness = z.strictObject({
  status: z.enum(['ok', 'degraded', 'unavailable']),
  database: part,
  temporal: part,
  snapshot: part.meta({ description: 'Whether the connections were read since the start.' }),
});
