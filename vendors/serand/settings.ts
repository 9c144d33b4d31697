import { z } from 'zod';
import { durationOrNever } from '../../domain/durations';
import { assessmentsByTag, commonSettings } from '../../domain/settings/schema';

const tags = z
  .strictObject({
    invited: z.string().min(1).default('Serand Invited'),
    /** Without one the tag of the invitation stays until the end. */
    started: z.string().min(1).exactOptional(),
    completed: z.string().min(1).default('Serand Completed'),
    expired: z.string().min(1).default('Serand Expired'),
    error: z.string().min(1).default('Serand Error'),
  })
  .refine((texts) => new Set(Object.values(texts)).size === Object.values(texts).length, {
    message: 'invited, started, completed, expired and error need different texts',
  })
  .prefault({});

/** The trigger stage has no default: every customer chooses one (SE-8). `mapping` overrides what is linked at Serand. */
export const serandSettings = commonSettings.extend({
  tags,
  assessmentsByTag,
  /** Off: Lever shows by a tag only what a person should look after, i.e. expired and failed invitations. */
  statusTags: z.boolean().default(true),
  /** Serand lets the invitation die after as many days. */
  expiresAfter: durationOrNever.default(14 * 86_400_000),
  /** Of the invitation and the assessment. */
  locale: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'write a locale like en-GB')
    .default('en-GB'),
});
export type SerandSettings = z.output<typeof serandSettings>;

export const serandCredentials = z.strictObject({
  apiKey: z.string().min(1),
  /** With which Serand signs its callbacks. */
  webhookSecret: z.string().min(16, 'use the whole secret, which has at least 16 characters'),
});
export type SerandCredentials = z.output<typeof serandCredentials>;
