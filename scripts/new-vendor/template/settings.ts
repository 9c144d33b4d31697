import { z } from 'zod';
import { commonSettings } from '../../../domain/settings/schema';
import { statusTags } from '../../../vendors/status-tags';

export const acmeSettings = commonSettings.extend({
  tags: statusTags({
    invited: 'Acme Tests Invited',
    started: 'Acme Tests In Progress',
    completed: 'Acme Tests Completed',
    expired: 'Acme Tests Expired',
    declined: 'Acme Tests Declined',
    error: 'Acme Tests Error',
  }),
});
export type AcmeSettings = z.output<typeof acmeSettings>;

export const acmeCredentials = z.strictObject({
  apiKey: z.string().min(1),
  /** With which callbacks are signed. */
  webhookSecret: z.string().min(16, 'use the whole secret, which has at least 16 characters'),
});
export type AcmeCredentials = z.output<typeof acmeCredentials>;
