import { z } from 'zod';
import { packageItem } from './catalogue';

/** What the hub says to a vendor by its own contract. The requests are made by these, and the published document shows them. */

const id = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'The id of the order, given by the hub', example: 'asm_4f1c' });
const isoTime = z.iso.datetime();

export const placement = z
  .object({
    id,
    package: packageItem.shape.id,
    candidate: z
      .object({
        name: z.string().min(1).meta({ example: 'Ada Maria Test' }),
        firstName: z.string().min(1).meta({ example: 'Ada' }),
        lastName: z
          .string()
          .min(1)
          .meta({ description: 'A dash for people of one name', example: 'Maria Test' }),
        email: z.string().meta({ example: 'ada@example.com' }),
        phone: z.string().nullable().meta({ example: null }),
      })
      .meta({ description: 'Whom to invite' }),
    application: z
      .object({ id: z.string().meta({ description: 'Id of the opportunity in Lever' }) })
      .meta({ description: 'What the candidate applied with' }),
    job: z
      .object({
        id: z.string().meta({ description: 'Id of the posting in Lever' }),
        title: z.string().meta({ example: 'Store clerk' }),
      })
      .nullable()
      .meta({ description: 'Null where the candidate has no posting' }),
    callbackUrl: z.url().meta({ description: 'Takes the updates of this order alone; keep it secret' }),
    expiresAt: isoTime.nullable().meta({ description: 'Null where the customer sets no end' }),
    locale: z.string().meta({ description: 'Of the invitation and the assessment', example: 'en-GB' }),
  })
  .meta({ description: 'An order. The same `id` again is the same order' });
export type Placement = z.output<typeof placement>;

/** The body of `…/remind` and `…/cancel`, so that a signature is good for this order and this action alone. */
export const action = z
  .object({ order: id, action: z.enum(['remind', 'cancel']) })
  .meta({ description: 'What is to be done with which order' });
export type Action = z.output<typeof action>;

export const extension = z
  .object({
    order: id,
    action: z.literal('extend'),
    expiresAt: isoTime.meta({ description: 'Until when the candidate can take it from now on' }),
  })
  .meta({ description: 'A new end for an order' });
export type Extension = z.output<typeof extension>;

export const fault = z
  .object({
    path: z
      .string()
      .meta({ description: 'The place in the message, e.g. `parts.0.value`; empty for the whole' }),
    message: z.string().meta({ description: 'What has to be mended' }),
  })
  .meta({ description: 'One thing that is wrong' });
export type MessageError = z.output<typeof fault>;

/** What the hub tells when an answer of the vendor is malformed. */
export const problemReport = z
  .object({
    request: z.string().meta({ description: 'What the hub had asked', example: 'POST /orders' }),
    order: id.nullable().meta({ description: 'The order it was about; null where it was about none' }),
    errors: z.array(fault).min(1).meta({ description: 'Every fault of the answer' }),
  })
  .meta({ description: 'What was wrong with an answer of the vendor' });
export type ProblemReport = z.output<typeof problemReport>;

/** The answer to an update, and to packages that were sent. */
export const taken = z
  .object({
    warnings: z.array(fault).meta({ description: 'What is most likely a mistake, though it was taken' }),
  })
  .meta({ description: 'It is stored durably' });
export type Taken = z.output<typeof taken>;
