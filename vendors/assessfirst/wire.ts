import { z } from 'zod';
import type { VendorCall } from '../define';
import { isoTime } from '../reading';
import type { RestRequest } from '../rest';
import { restApi } from '../rest-api';
import type { AssessFirstCredentials, AssessFirstSettings } from './settings';

/**
 * AssessFirst's API v2: a token in a header, JSON, everything under `data`. Read from the public heads of
 * https://documenter.gw.postman.com (collections TVes8SV5 and 2sB2qWGjNX) and https://help.assessfirst.com.
 */

export type AssessFirstCall = VendorCall<AssessFirstCredentials, AssessFirstSettings>;

const text = z.string().nullish();
const score = z.coerce.number().nullish().catch(null);

/** SHAPE is SWIPE's older name. */
export const questionnaireOf = (given: string): string => {
  const name = given.toLowerCase();
  return name === 'shape' ? 'swipe' : name;
};

/** What AssessFirst says of each questionnaire, by its present name. */
const byQuestionnaire = <T extends z.ZodType>(value: T) =>
  z
    .record(z.string(), value)
    .nullish()
    .transform((given) =>
      Object.fromEntries(Object.entries(given ?? {}).map(([name, one]) => [questionnaireOf(name), one])),
    );

const model = z.looseObject({
  uuid: z.string().min(1),
  name: z.string().min(1),
  assessments: byQuestionnaire(z.unknown()),
  is_public: z.union([z.boolean(), z.coerce.number()]).nullish(),
  created_at: text,
});
export type Model = z.output<typeof model>;
export const modelsAnswer = z.looseObject({ data: z.array(model) });

const ids = { candidate_uuid: z.string().min(1), invitation_uuid: z.string().min(1) };
export const invitationAnswer = z.looseObject({
  data: z.looseObject({ ...ids, invitation_url: text, expires_at: text }),
});
/** A refusal that names the invitation there is; the ids may stand at the top as well. */
const duplicate = z.looseObject({ ...ids, external_id: text, invitation_url: text, expires_at: text });
export type Duplicate = z.output<typeof duplicate>;
export const duplicateAnswer = z.union([
  z.looseObject({ data: duplicate }).transform((answer) => answer.data),
  duplicate,
]);

const questionnaire = z.looseObject({ status: text, completed_at: text });
export const resultsAnswer = z.looseObject({
  data: z.looseObject({
    status: text,
    external_id: text,
    invitation_uuid: text,
    invitation_url: text,
    expires_at: text,
    assessments: byQuestionnaire(questionnaire.nullish()),
    scores: byQuestionnaire(score),
    predictive_model: z.looseObject({ uuid: text, name: text }).nullish(),
    reports: z.array(z.looseObject({ type: text, url: text })).nullish(),
    profile_url: text,
  }),
});
export type Results = z.output<typeof resultsAnswer>['data'];

/** `2025-05-02 10:00:00`, taken as UTC, or an ISO time; ms since 1970, null for anything else. */
export const timeOf = (value: string | null | undefined): number | null =>
  isoTime(value?.trim().replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d(?::\d\d)?)$/, '$1T$2Z'));

/** Every address takes the locale. */
export const request = (
  { settings }: AssessFirstCall,
  given: Pick<RestRequest, 'path' | 'route' | 'body'> & {
    method: 'GET' | 'POST';
    query?: Record<string, string>;
  },
): RestRequest => {
  const { path, query, ...rest } = given;
  const parameters = new URLSearchParams({ locale: settings.locale, ...query });
  return { ...rest, path: `${path}?${parameters.toString()}`, writes: given.method === 'POST' };
};

const validationAnswer = z.looseObject({ errors: z.record(z.string(), z.unknown()) });

/** Names of fields only: the words beside them may quote the candidate. */
function refusedFields(body: unknown): string {
  const parsed = validationAnswer.safeParse(body);
  const names = parsed.success ? Object.keys(parsed.data.errors) : [];
  return names.filter((name) => /^[\w.]{1,40}$/.test(name)).join(', ');
}

export const api = restApi<AssessFirstCredentials>({
  label: 'AssessFirst',
  addressFrom: 'ASSESSFIRST_BASE_URL',
  headers: ({ token }) => ({ 'AF-Token': token }),
  words: refusedFields,
});
