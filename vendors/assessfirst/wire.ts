import { z } from 'zod';
import type { VendorCall } from '../define';
import { entries, figure, flag, identifier, link, named, reference, within, words } from '../lenient';
import { isoTime } from '../reading';
import type { RestRequest } from '../rest';
import { restApi } from '../rest-api';
import type { AssessFirstCredentials, AssessFirstSettings } from './settings';

/**
 * AssessFirst's API v2: a token in a header, JSON, everything under `data`. Read from the public heads of
 * https://documenter.gw.postman.com (collections TVes8SV5 and 2sB2qWGjNX) and https://help.assessfirst.com: token, catalogue
 * and the invitation's address. What is asked and answered beyond that is assumed (docs/vendor-facts.md).
 */

export type AssessFirstCall = VendorCall<AssessFirstCredentials, AssessFirstSettings>;

/** SHAPE is SWIPE's older name. */
export const questionnaireOf = (given: string): string => {
  const name = given.toLowerCase();
  return name === 'shape' ? 'swipe' : name;
};

/** What AssessFirst says of each questionnaire, by its present name. */
const byQuestionnaire = <T extends z.ZodType>(value: T) =>
  named(value).transform((given) =>
    Object.fromEntries(Object.entries(given ?? {}).map(([name, one]) => [questionnaireOf(name), one])),
  );

const model = z.object({
  uuid: identifier,
  name: identifier,
  assessments: byQuestionnaire(flag),
  is_public: flag,
  created_at: words,
});
export type Model = z.output<typeof model>;
export const modelsAnswer = z.object({ data: entries(model) });

/** What may name an invitation, in the answer to a new one and in a refusal that speaks of an older one. */
export const mention = z.object({
  candidate_uuid: reference,
  invitation_uuid: reference,
  external_id: reference,
  invitation_url: link,
  expires_at: words,
});
export type Mention = Pick<z.output<typeof mention>, keyof typeof mention.shape>;

const questionnaire = within(z.object({ status: words, completed_at: words }));
const results = z.object({
  status: words,
  external_id: reference,
  invitation_url: link,
  expires_at: words,
  assessments: byQuestionnaire(questionnaire),
  scores: byQuestionnaire(figure),
  predictive_model: within(z.object({ uuid: reference, name: words })),
  reports: entries(z.object({ type: words, url: link })),
  profile_url: link,
});
export type Results = z.output<typeof results>;

/** Everything stands under `data`, or at the top. */
export const resultsAnswer = z
  .unknown()
  .transform((given) => z.object({ data: z.object({}).loose() }).safeParse(given).data?.data ?? given)
  .pipe(results)
  // One that says nothing of the assessment is none.
  .refine(({ status, assessments }) => status !== null || Object.keys(assessments).length > 0, {
    message: 'says nothing of the assessment',
    path: ['status'],
  });

/** `2025-05-02 10:00:00`, taken as UTC, or an ISO time; ms since 1970, null for anything else. */
export const timeOf = (value: string | null | undefined): number | null =>
  isoTime(
    value
      ?.slice(0, 100)
      .trim()
      .replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d(?::\d\d)?)$/, '$1T$2Z'),
  );

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

const validationAnswer = z.object({ errors: named(z.unknown(), 1_000) });

/** Names of fields only: the words beside them may quote the candidate. */
function refusedFields(body: unknown): string {
  const parsed = validationAnswer.safeParse(body);
  const names = parsed.success ? Object.keys(parsed.data.errors ?? {}) : [];
  const isPlain = (name: string): boolean => name.length <= 40 && /^[\w.]+$/.test(name);
  return names.filter(isPlain).slice(0, 20).join(', ');
}

export const api = restApi<AssessFirstCredentials>({
  label: 'AssessFirst',
  addressFrom: 'ASSESSFIRST_BASE_URL',
  headers: ({ token }) => ({ 'AF-Token': token }),
  words: refusedFields,
});
