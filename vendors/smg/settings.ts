import { z } from 'zod';
import { commonSettings, typedName } from '../../domain/settings/schema';
import { statusTags } from '../status-tags';

/** SMG's ids are unsigned 64-bit numbers; they travel as text. */
export const positionId = z
  .string()
  .regex(/^\d{1,20}$/, 'write the number of an SMG position, e.g. 10002063');

/** The tags by which Lever shows the state; the defaults are spelt as SMG's article spells them. */
const tags = statusTags({
  inProgress: 'POP-IN-Progress',
  completed: 'POP-Completed',
  error: 'POP-Error',
});

export const smgSettings = commonSettings.extend({
  triggerStages: z.array(z.string().min(1)).default(['Assessment']),
  mapping: z.record(typedName, positionId).default({}),
  defaultAssessment: positionId.optional(),
  tags,
  /** Of the questionnaire and the report, 3 letters; SMG says which ones a position has. */
  language: z
    .string()
    .regex(/^[a-z]{3}$/, 'write a 3-letter language code, e.g. eng')
    .default('eng'),
  /** SMG marks the assessments as test data. */
  isTest: z.boolean().default(false),
  /** SMG publishes no code for "this candidate already has an assessment"; a corrected one is set here. */
  duplicateErrorCode: z.int().positive().default(1701),
  /** What SMG replaces by its id in our address. Its pages name both, one for accounts, one for single applications. */
  callbackPlaceholder: z.enum(['[___APP_ID___]', '[___API_ID___]']).default('[___APP_ID___]'),
});
export type SmgSettings = z.output<typeof smgSettings>;

export const smgCredentials = z
  .strictObject({
    username: z.string().min(1),
    password: z.string().min(1),
    /** What SMG puts into its callbacks (`auth` of the account's config, `user:password`). */
    callbackUsername: z.string().min(1).optional(),
    callbackPassword: z.string().min(1).optional(),
  })
  .refine((given) => (given.callbackUsername === undefined) === (given.callbackPassword === undefined), {
    message: 'callbackUsername and callbackPassword go together: give both or neither',
  });
export type SmgCredentials = z.output<typeof smgCredentials>;
