import { z } from 'zod';
import type { VendorCall } from '../define';
import { entries, figure, flag, identifier, link, reference, within, words } from '../lenient';
import { restApi } from '../rest-api';
import type { SerandCredentials, SerandSettings } from './settings';

/**
 * Serand publishes no API. This is a contract of our own, shaped after Jobma's and Workable's invitations
 * (https://workable.readme.io/page/video-interview-providers) and Kombo's results (https://docs.kombo.dev): all of it is
 * assumed, and what becomes of a wrong assumption stands in docs/vendor-facts.md.
 */

export type SerandCall = VendorCall<SerandCredentials, SerandSettings>;

const errorAnswer = z.object({ error: within(z.object({ code: words, message: words })) });

export const api = restApi<SerandCredentials>({
  label: 'Serand',
  addressFrom: 'SERAND_BASE_URL',
  refusedCredentials:
    'Serand has removed the connection, or its key has changed. To go on, ask Serand to connect again, give the new apiKey to the connection and move the refused candidates into the stage once more; else disable the connection',
  headers: ({ apiKey }) => ({ authorization: `Bearer ${apiKey}` }),
  words: (body) => {
    const { code, message } = errorAnswer.safeParse(body).data?.error ?? {};
    return [code, message].filter((part) => part).join(': ');
  },
});

export const assessmentsAnswer = z.object({
  data: entries(
    z.object({
      id: identifier,
      name: words,
      /** The Lever posting it is linked to: its id, or what a customer has pasted of its address. */
      ats_id: words,
      is_default: flag,
      status: words,
    }),
  ),
  next_cursor: words,
});
export type SerandAssessment = z.output<typeof assessmentsAnswer>['data'][number];

/** What Serand tells of a finished assessment, when it is asked and by itself. */
const outcome = {
  status: words,
  completed_at: words,
  profile_url: link,
  scores: within(
    z.object({
      skills: figure,
      values: figure,
      personality: words,
      culture_fit: figure,
      overall: figure,
    }),
  ),
};
export const outcomeShape = z.object(outcome);
export type Outcome = z.output<typeof outcomeShape>;

export const invitationAnswer = z.object({
  ...outcome,
  id: reference,
  /** Our assessment id. */
  external_id: reference,
  invite_url: link,
  expires_at: words,
});
export type SerandInvitation = z.output<typeof invitationAnswer>;

/** Without a list it says nothing. */
export const invitationsAnswer = z.object({ data: z.array(invitationAnswer).max(1_000) });
