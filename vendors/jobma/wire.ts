import { z } from 'zod';
import { plainWords, readRest, refusal, rest } from '../rest';
import type { RestAnswer, RestRequest, RestVendor } from '../rest';
import type { VendorCall } from '../define';
import type { JobmaCredentials, JobmaSettings } from './settings';

/**
 * Jobma's API as an open-source customer of it calls it (github.com/mitodl/bootcamp-ecommerce, `jobma/api.py`); the
 * requests not seen there follow Workable's contract for video interviews, whose shape Jobma's has:
 * https://workable.readme.io/page/video-interview-providers
 */

export type JobmaCall = VendorCall<JobmaCredentials, JobmaSettings>;

export const jobmaApi: RestVendor = {
  label: 'Jobma',
  addressFrom: 'JOBMA_BASE_URL',
  refusedCredentials:
    'The Lever integration was deleted in Jobma, or its token has changed. To go on, connect again in Jobma, give the new accessToken to the connection and move the refused candidates into the stage once more; else disable the connection',
};

const text = z.string().nullish();
const id = z.union([z.string(), z.number()]).transform(String);

export const templatesAnswer = z.looseObject({
  interview_templates: z.array(z.looseObject({ id, name: text })).default([]),
});

/** Either may be missing. */
export const createdAnswer = z.looseObject({ interview_link: text, interview_token: id.nullish() });

export const statusWord = z.enum(['pending', 'completed', 'rejected', 'expired']);

export const interviewAnswer = z.looseObject({
  interview_token: id.nullish(),
  /** What we gave it: our assessment id. */
  job_code: text,
  status: z.string(),
  interview_link: text,
  results_url: text,
  score: z.coerce.number().nullish(),
  rating: z.coerce.number().nullish(),
  decision: text,
});
export type Interview = z.output<typeof interviewAnswer>;

const errorAnswer = z.looseObject({ message: text });

export const request = (call: JobmaCall, given: Omit<RestRequest, 'headers'>): RestRequest => ({
  ...given,
  headers: { authorization: `Bearer ${call.credentials.accessToken}` },
});

export const send = (call: JobmaCall, given: RestRequest): Promise<RestAnswer> => rest(jobmaApi, call, given);

/** @throws FulcrumError `vendor.*` */
export function read<T extends z.ZodType>(given: RestRequest, answer: RestAnswer, schema: T): z.output<T> {
  if (answer.status >= 400) {
    const said = errorAnswer.safeParse(answer.body);
    throw refusal(jobmaApi, given, answer, plainWords(said.success ? said.data.message : null));
  }
  return readRest(jobmaApi, given, answer, schema);
}
