import { z } from 'zod';
import { isLeverId } from '../domain/lever-id';

const leverId = z.string().refine(isLeverId, 'is no id of Lever');

/**
 * A delivery of Lever, as lenient as its source: `id` is sometimes missing, `data` differs per event, and a webhook
 * without a signing token sends no signature (which then fails verification, not parsing).
 * Nothing of it but the ids is believed: the signature does not cover `data` or `event` (decision 0004).
 */
export const leverDelivery = z.looseObject({
  id: z.string().nullish(),
  event: z
    .string()
    .max(100, { abort: true })
    .regex(/^[\w.:-]{1,100}$/, 'is no event of Lever'),
  triggeredAt: z.int().nonnegative(),
  /** Random, new for each event: what tells a repeat. */
  token: leverId,
  signature: z.string().max(200).default(''),
  data: z
    .looseObject({
      opportunityId: leverId.nullish(),
      contactId: z.string().max(200).nullish(),
      fromStageId: z.string().max(200).nullish(),
      toStageId: leverId.or(z.literal('')).nullish(),
    })
    .nullish()
    .transform((data) => data ?? {}),
});
export type LeverDelivery = z.output<typeof leverDelivery>;

/** The test ping of Lever's settings page: any event, but no data. */
export const isPing = (delivery: LeverDelivery): boolean => Object.keys(delivery.data).length === 0;
