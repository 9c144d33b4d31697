import { z } from 'zod';
import { vendorIds } from '../../vendors/registry';
import { time } from '../openapi/answers';

/** A connect link as programs see it: never its address, which is known only when it is made. */
export const connectLinkAnswer = z.strictObject({
  id: z.string(),
  vendor: z.enum(vendorIds),
  customer: z.string(),
  environment: z.enum(['production', 'sandbox']),
  connectionId: z.string().nullable().meta({ description: 'The connection whose grant it renews.' }),
  state: z.enum(['open', 'used', 'expired']),
  hasReferenceCode: z.boolean(),
  createdAt: time,
  expiresAt: time,
  usedAt: time.nullable(),
});

export const madeLinkAnswer = connectLinkAnswer.extend({
  url: z.url().meta({ description: 'For the customer; shown only here.' }),
  referenceUrl: z.url().nullable().meta({ description: 'Where the customer types the reference code.' }),
});
