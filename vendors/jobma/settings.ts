import { z } from 'zod';
import { duration } from '../../domain/durations';
import { assessmentsByTag, commonSettings } from '../../domain/settings/schema';
import { statusTags } from '../status-tags';

/** The tags by which Lever shows the state; Invited and Completed are spelt as Jobma's article spells them. */
const tags = statusTags({
  invited: 'Jobma Interview Invited',
  completed: 'Jobma Interview Completed',
  expired: 'Jobma Interview Expired',
  rejected: 'Jobma Interview Rejected',
  error: 'Jobma Interview Error',
});

/** `mapping` gives a posting its interview kit, `defaultAssessment` is the kit of all others. */
export const jobmaSettings = commonSettings
  .extend({
    triggerStages: z.array(z.string().min(1)).default(['Jobma']),
    tags,
    assessmentsByTag,
    /** How long Jobma's links live; it tells nobody, so the hub counts itself. */
    linkTtl: duration.default(30 * 86_400_000),
  })
  // Whatever the customer would like: after that no candidate can take the interview any more.
  .transform((settings) => ({
    ...settings,
    expiresAfter: Math.min(settings.expiresAfter ?? settings.linkTtl, settings.linkTtl),
  }));
export type JobmaSettings = z.output<typeof jobmaSettings>;

export const jobmaCredentials = z.strictObject({
  /** Ours at Jobma. */
  accessToken: z.string().min(1),
  /** Jobma's at the hub: what it sends as bearer token with its callbacks. */
  callbackToken: z.string().min(16, 'use at least 16 characters, e.g. from: openssl rand -hex 24'),
});
export type JobmaCredentials = z.output<typeof jobmaCredentials>;
