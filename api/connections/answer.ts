import { z } from 'zod';
import { leverEvents } from '../../domain/connection';
import { connectionReasonCodes } from '../../domain/connection-reasons';
import { connectionStatuses } from '../../domain/connection-status';
import { vendorIds } from '../../vendors/registry';
import { listed, time } from '../openapi/answers';
import { troubleAnswer } from '../runs/answer';

/** Connections as programs see them: no secret, no signing token. */

const webhookStates = ['registered', 'failed', 'manual', 'removed'] as const;

const webhook = z.strictObject({
  url: z.url().meta({ description: 'The address that Lever calls.' }),
  state: z.enum(webhookStates),
  hint: z.string().meta({ description: 'What a person should know, or do.' }),
  problem: z.string().nullable().meta({ description: 'Why the webhooks could not be registered.' }),
  events: z.array(z.enum(leverEvents)),
  lastHeardAt: time.nullable(),
  firstEventAt: time.nullable(),
});

/** How long the right to use the Lever account lasts. */
const grant = z.strictObject({
  kind: z.enum(['apiKey', 'oauth']),
  grantedAt: time,
  refreshedAt: time,
  endsAt: time.nullable(),
  warning: z.string().nullable().meta({ description: 'What to do before it ends.' }),
});

export const connectionAnswer = z.strictObject({
  id: z.string(),
  vendor: z.enum(vendorIds),
  customer: z.string(),
  environment: z.enum(['production', 'sandbox']),
  status: z.enum(connectionStatuses),
  statusReason: z.string().nullable().meta({ description: 'For people; the wording may change.' }),
  statusCode: z
    .string()
    .nullable()
    .meta({ description: `For programs: ${listed(connectionReasonCodes)}. Later releases may add others.` }),
  refusedSince: time.nullable().meta({
    description:
      'Since when Lever answers 401 although the grant is not known to be revoked; the connection recovers by itself.',
  }),
  trouble: troubleAnswer
    .nullable()
    .meta({ description: 'What keeps failing and belongs to no run, e.g. reconciling.' }),
  webhook,
  grant: grant.nullable().meta({ description: 'Null: the right to use the Lever account is gone.' }),
  callbackUrl: z.url().meta({ description: 'For vendors that have one address for the whole account.' }),
  settings: z.record(z.string(), z.unknown()).meta({ description: 'As they were given.' }),
  performAs: z.string().nullable(),
  leverAccountId: z.string().nullable(),
  stages: z.array(z.strictObject({ id: z.string(), text: z.string() })),
  createdAt: time,
  updatedAt: time,
});

/** Everything that a connection leans on, looked at one by one. */
export const connectionTestAnswer = z.strictObject({
  ok: z.boolean(),
  checks: z.array(
    z.strictObject({
      name: z.enum(['lever', 'stages', 'serviceUser', 'assessments', 'webhook']),
      ok: z.boolean(),
      detail: z.string().nullable(),
    }),
  ),
  connection: connectionAnswer,
});
