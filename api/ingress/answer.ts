import { z } from 'zod';
import { deliveryReasonCodes } from '../../domain/delivery-reasons';
import { verdicts } from '../../domain/records';
import { vendorIds } from '../../vendors/registry';
import { listed, time } from '../openapi/answers';

/** Deliveries as programs see them. */

const reasonAnswer = {
  reason: z.string().nullable().meta({ description: 'For people; the wording may change.' }),
  reasonCode: z
    .string()
    .nullable()
    .meta({
      description: `For programs: ${listed(deliveryReasonCodes)}, or why it was refused. Later releases may add others.`,
    }),
  reasonDetail: z.string().nullable().meta({
    description:
      "What the code leaves open: the connection's status (`connection_not_active`), the error's code (`unprocessable`), the delivery that was taken (`taken_with_another`).",
  }),
};

export const deliverySources = ['lever', ...vendorIds] as const;

export const deliveryAnswer = z.strictObject({
  id: z.string(),
  source: z.enum(deliverySources),
  connection: z.string(),
  event: z.string(),
  eventKey: z.string(),
  receivedAt: time,
  verdict: z.enum(verdicts),
  ...reasonAnswer,
  opportunity: z.string().nullable(),
  workflowId: z.string().nullable(),
  reference: z.string().nullable().meta({ description: "The vendor's id of the run." }),
  attempts: z.int().meta({ description: 'How many attempts there were to deliver it to Temporal.' }),
});

export const wholeDelivery = deliveryAnswer.extend({
  body: z
    .string()
    .nullable()
    .meta({ description: 'As it arrived; null once it was erased, or if no key opens it.' }),
});

export const tallyAnswer = z.strictObject({
  connection: z.string(),
  source: z.enum(deliverySources),
  verdict: z.enum(verdicts),
  day: z.iso.date().meta({ description: 'In UTC.' }),
  count: z.int(),
});

export const outcomeAnswer = z.strictObject({
  id: z.string(),
  verdict: z.enum(verdicts),
  workflowId: z.string().nullable(),
  ...reasonAnswer,
});
