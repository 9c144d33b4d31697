import { z } from 'zod';
import type { VendorCall } from '../define';
import { entries, figure, identifier, link, reference, words } from '../lenient';
import type { RestRequest } from '../rest';
import { restApi } from '../rest-api';
import type { JobmaCredentials, JobmaSettings } from './settings';

/**
 * Jobma's API as an open-source customer of it calls it (github.com/mitodl/bootcamp-ecommerce, `jobma/api.py`): that is
 * `POST /interviews` and the callback, and nothing else. All other requests follow Workable's contract for video interviews,
 * whose shape Jobma's has (https://workable.readme.io/page/video-interview-providers): guesses, each of which may fail
 * (docs/vendor-facts.md).
 */

export type JobmaCall = VendorCall<JobmaCredentials, JobmaSettings>;

export const api = restApi<JobmaCredentials>({
  label: 'Jobma',
  addressFrom: 'JOBMA_BASE_URL',
  refusedCredentials:
    'The Lever integration was deleted in Jobma, or its token has changed. To go on, connect again in Jobma, give the new accessToken to the connection and move the refused candidates into the stage once more; else disable the connection',
  headers: ({ accessToken }) => ({ authorization: `Bearer ${accessToken}` }),
  words: (body) => z.object({ message: words }).safeParse(body).data?.message,
});

export const templatesAnswer = z.object({
  interview_templates: entries(z.object({ id: identifier, name: words })),
});

/** Either may be missing. */
const named = { interview_link: link, interview_token: reference };
export const createdAnswer = z.object(named);

export const interviewAnswer = z.object({
  ...named,
  /** What we gave it: our assessment id. */
  job_code: reference,
  status: words,
  results_url: link,
  score: figure,
  rating: figure,
  decision: words,
});
export type Interview = z.output<typeof interviewAnswer>;

/** What a refusal may say of an interview that is there already. */
export const mention = z.object({ ...named, job_code: reference, callback_url: words });
export type Mention = z.output<typeof mention>;

export const creation: Pick<RestRequest, 'method' | 'path' | 'route' | 'writes'> = {
  method: 'POST',
  path: '/interviews',
  route: '/interviews',
  writes: true,
};

export const about = (token: string): RestRequest => ({
  method: 'GET',
  path: `/interviews/${encodeURIComponent(token)}`,
  route: '/interviews/:token',
  writes: false,
});
