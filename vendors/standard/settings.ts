import { z } from 'zod';
import { assessmentsByTag, commonSettings } from '../../domain/settings/schema';
import { readWebhookSecret, secretForm } from '../../platform/crypto/standard-webhooks';
import { statusTags } from '../status-tags';

const tags = statusTags({
  invited: 'Assessment Invited',
  started: 'Assessment In Progress',
  completed: 'Assessment Completed',
  expired: 'Assessment Expired',
  declined: 'Assessment Declined',
  error: 'Assessment Error',
});

/** `mapping` gives a posting its package, `defaultAssessment` is the package of all others. */
export const standardSettings = commonSettings.extend({
  tags,
  assessmentsByTag,
  /** Of the invitation and the assessment. */
  locale: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'write a locale like en-GB')
    .default('en-GB'),
});
export type StandardSettings = z.output<typeof standardSettings>;

const secret = z.string().transform((text, context) => {
  const key = readWebhookSecret(text.trim());
  if (key !== null) return key;
  context.addIssue({ code: 'custom', message: secretForm });
  return z.NEVER;
});

export const standardCredentials = z.strictObject({
  /** Root of the vendor's API. */
  baseUrl: z
    .url({ protocol: /^https?$/, message: 'write an address like https://vendor.example/api' })
    .refine((text) => !/[?#]|:\/\/[^/]*@/.test(text), { message: 'leave out password, query and fragment' })
    .transform((text) => text.replace(/(?<!\/)\/+$/, '')),
  /** Signs in both directions. Two while it changes: both sign what goes out, either is taken of what comes in. */
  secret: z.union([secret.transform((key) => [key]), z.array(secret).min(1).max(2)]),
});
export type StandardCredentials = z.output<typeof standardCredentials>;
