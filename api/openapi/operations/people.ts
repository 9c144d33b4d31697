import { z } from 'zod';
import { erasedKinds, erasureStatuses, vendorOutcomes } from '../../../domain/erasure';
import { statuses } from '../../../domain/lifecycle';
import { time } from '../answers';
import { operation } from '../operation';

/** Erasing a person of one customer (decision 0044). */

const tag = 'people';

const whose = {
  customer: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "The customer's name as its connections have it; or give `connection`." }),
  environment: z
    .enum(['production', 'sandbox'])
    .optional()
    .meta({ description: 'Of the customer; `production` unless given. A connection brings its own.' }),
  connection: z.string().min(1).max(64).optional().meta({
    description: 'Id of any connection of the customer: all connections of that customer are meant.',
  }),
  email: z.email().max(320).optional().meta({ description: 'E-mail address; or give `opportunity`.' }),
  opportunity: z.string().trim().min(1).max(256).optional().meta({ description: "Lever's id." }),
};

interface Whose {
  customer?: string | undefined;
  connection?: string | undefined;
  email?: string | undefined;
  opportunity?: string | undefined;
}

/** Of each pair one is given: which person is erased must not be a guess. */
const oneOfEach = (given: Whose, context: z.core.$RefinementCtx<Whose>): void => {
  const pairs = [
    ['customer', 'connection'],
    ['email', 'opportunity'],
  ] as const;
  for (const [one, other] of pairs) {
    if ((given[one] === undefined) !== (given[other] === undefined)) continue;
    const both = given[one] !== undefined;
    const message = `give either "${one}" or "${other}"${both ? ', not both' : ''}`;
    context.addIssue({ code: 'custom', path: [one], message });
  }
};

const counts = z.strictObject(
  Object.fromEntries(erasedKinds.map((kind) => [kind, z.int().optional()])) as Record<
    (typeof erasedKinds)[number],
    z.ZodOptional<z.ZodInt>
  >,
);

const previewAnswer = z.strictObject({
  customer: z.string(),
  environment: z.enum(['production', 'sandbox']),
  counts: counts.meta({
    description: 'What the tables hold of the person. What Temporal holds is counted while it is erased.',
  }),
  assessments: z.array(
    z.strictObject({
      id: z.string(),
      connection: z.string(),
      vendor: z.string(),
      status: z.enum(statuses),
      open: z.boolean(),
      withdraws: z.boolean().meta({
        description:
          'Whether the vendor can be asked to withdraw the invitation. Where it cannot, a note in Lever says to ask the vendor.',
      }),
    }),
  ),
  confirmation: z
    .string()
    .meta({ description: 'Confirms this very preview; send it with the request to erase.' }),
  confirmBefore: time,
});

export const previewErasure = operation({
  id: 'previewErasure',
  right: 'administer',
  action: 'person.erasure_previewed',
  audited: 'candidates',
  reach: 'everything',
  tag,
  method: 'post',
  path: '/people/erase/preview',
  summary: 'Show what erasing a person would erase',
  description: 'Nothing is changed.',
  input: { body: z.strictObject(whose).superRefine(oneOfEach) },
  status: 200,
  answer: previewAnswer,
  problems: ['not_found'],
});

export const erasePerson = operation({
  id: 'erasePerson',
  right: 'administer',
  action: 'person.erase',
  audited: 'change',
  reach: 'everything',
  tag,
  method: 'post',
  path: '/people/erase',
  summary: 'Erase a person of one customer',
  description:
    'Withdraws open invitations where the vendor can, and deletes everything the hub holds of the person, in its tables and in Temporal. It cannot be undone. A request for the same person joins one that is under way; another one later does no harm. Send the `confirmation` of a preview, or `"confirm": true` to do without one.',
  input: {
    body: z
      .strictObject({
        ...whose,
        confirmation: z.string().min(1).max(200).optional(),
        confirm: z.literal(true).optional(),
      })
      .superRefine((given, context) => {
        oneOfEach(given, context);
        if ((given.confirmation === undefined) === (given.confirm === undefined)) {
          const message =
            'give either the "confirmation" of POST /people/erase/preview, or "confirm": true to erase without a preview';
          context.addIssue({ code: 'custom', path: ['confirmation'], message });
        }
      }),
  },
  status: 202,
  answer: z.strictObject({ id: z.string(), joined: z.boolean() }),
  problems: ['not_found', 'conflict', 'temporal.unavailable', 'store.unavailable'],
});

const erasureAnswer = z.strictObject({
  id: z.string(),
  customer: z.string(),
  environment: z.enum(['production', 'sandbox']),
  status: z.enum(erasureStatuses).meta({
    description: '`incomplete`: something was still found after the last look; request it again.',
  }),
  requestedAt: time,
  finishedAt: time.nullable(),
  counts,
  atVendors: z
    .array(
      z.strictObject({
        assessment: z.string(),
        connection: z.string(),
        vendor: z.string(),
        outcome: z.enum(vendorOutcomes),
        code: z.string().nullable().meta({ description: 'Why the invitation could not be withdrawn.' }),
        noted: z.boolean().nullable().meta({
          description: 'Whether a note in Lever says so; null: there was nothing to say.',
        }),
      }),
    )
    .meta({
      description:
        'Invitations that were open, or may have been. What vendors hold of the person besides, they have to be asked to erase.',
    }),
});
export type ErasureAnswer = z.output<typeof erasureAnswer>;

export const getErasure = operation({
  id: 'getErasure',
  right: 'administer',
  action: 'person.erasure_read',
  audited: 'refusals',
  reach: 'everything',
  tag,
  method: 'get',
  path: '/people/erasures/:id',
  summary: 'Read how far an erasure is, and at its end the proof',
  description: 'Nothing personal is in it.',
  input: { params: z.strictObject({ id: z.string().min(1).max(64) }) },
  status: 200,
  answer: erasureAnswer,
  problems: ['not_found'],
});
