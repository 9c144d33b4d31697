import { z } from 'zod';
import { commonSettings, typedName } from '../../domain/settings/schema';
import { statusTags } from '../status-tags';
import { isModelReference } from './model-tags';

/** How a connection names what AssessFirst sends: the id of a model, or a posting's tag. */
const modelReference = z
  .string()
  .refine(
    isModelReference,
    'write the uuid of a predictive model, or a tag such as "🦄 web designer" or "No predictive model"',
  );

/** The tags by which Lever shows the state; the defaults are spelt as AssessFirst's article spells them. */
const tags = statusTags({
  invited: '🦄 AssessFirst: Invited',
  inProgress: '🦄 AssessFirst: In progress',
  completed: '🦄 AssessFirst: Completed',
  error: 'AssessFirst: Error',
});

export const assessFirstSettings = commonSettings.extend({
  mapping: z.record(typedName, modelReference).default({}),
  defaultAssessment: modelReference.optional(),
  tags,
  /** Of the e-mails and the reports. */
  locale: z
    .string()
    .regex(/^[a-z]{2}-[A-Z]{2}$/, 'write a locale such as en-US')
    .default('en-US'),
  /**
   * Which models of the catalogue a tag with ✨ means, and a tag without it does not. AssessFirst publishes no mark for
   * benchmarks; `any` compares names alone.
   */
  benchmarkModels: z.enum(['public', 'private', 'any']).default('public'),
});
export type AssessFirstSettings = z.output<typeof assessFirstSettings>;

export const assessFirstCredentials = z.strictObject({
  /** `AF-Token`; an AssessFirst administrator makes it in the marketplace. Only the newest one is valid. */
  token: z.string().min(1),
  /** With which AssessFirst signs its webhooks. */
  webhookSecret: z.string().min(1),
});

/** A secret of a few characters is soon guessed; AssessFirst's own are longer. */
export const newAssessFirstCredentials = assessFirstCredentials.extend({
  webhookSecret: z.string().min(16, 'use the whole secret, which has at least 16 characters'),
});
export type AssessFirstCredentials = z.output<typeof assessFirstCredentials>;
