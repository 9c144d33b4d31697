import { z } from 'zod';
import type { VendorCall } from '../define';
import { plainWords, readRest, refusal, rest } from '../rest';
import type { RestAnswer, RestRequest, RestVendor } from '../rest';
import type { SerandCredentials, SerandSettings } from './settings';

/**
 * Serand publishes no API. This is a contract of our own, shaped after Jobma's and Workable's invitations
 * (https://workable.readme.io/page/video-interview-providers) and Kombo's results (https://docs.kombo.dev).
 */

export type SerandCall = VendorCall<SerandCredentials, SerandSettings>;

export const serandApi: RestVendor = {
  label: 'Serand',
  addressFrom: 'SERAND_BASE_URL',
  refusedCredentials:
    'Serand has removed the connection, or its key has changed. To go on, ask Serand to connect again, give the new apiKey to the connection and move the refused candidates into the stage once more; else disable the connection',
};

const text = z.string().nullish();
const number = z.coerce.number().nullish();

export const assessmentsAnswer = z.looseObject({
  data: z
    .array(
      z.looseObject({
        id: z.string().min(1),
        name: text,
        /** The Lever posting it is linked to. */
        ats_id: text,
        is_default: z.boolean().nullish(),
        /** Only a live one can be sent. */
        status: text,
      }),
    )
    .default([]),
  next_cursor: text,
});
export type SerandAssessment = z.output<typeof assessmentsAnswer>['data'][number];

export const invitationAnswer = z.looseObject({
  id: z.string().min(1),
  /** Our assessment id. */
  external_id: text,
  status: text,
  invite_url: text,
  profile_url: text,
  expires_at: text,
  completed_at: text,
  scores: z
    .looseObject({ skills: number, values: number, personality: text, culture_fit: number, overall: number })
    .nullish(),
});
export type SerandInvitation = z.output<typeof invitationAnswer>;

export const invitationsAnswer = z.looseObject({ data: z.array(invitationAnswer).default([]) });

/** `already_invited` brings the invitation that is there. */
export const errorAnswer = z.looseObject({
  error: z.looseObject({ code: text, message: text, field: text }).nullish(),
  invitation: invitationAnswer.nullish(),
});

export const request = (call: SerandCall, given: RestRequest): RestRequest => ({
  ...given,
  headers: { ...given.headers, authorization: `Bearer ${call.credentials.apiKey}` },
});

export const send = (call: SerandCall, given: RestRequest): Promise<RestAnswer> =>
  rest(serandApi, call, given);

/** @throws FulcrumError `vendor.*` */
export function read<T extends z.ZodType>(given: RestRequest, answer: RestAnswer, schema: T): z.output<T> {
  if (answer.status >= 400) {
    const { code, message } = errorAnswer.safeParse(answer.body).data?.error ?? {};
    const words = [code, plainWords(message)].filter((part) => part).join(': ');
    throw refusal(serandApi, given, answer, words);
  }
  return readRest(serandApi, given, answer, schema);
}
