import { mentionsIn } from '../mentions';
import type { Mention } from './wire';
import { mention } from './wire';

/**
 * What a refusal says of the interview that is there already; null where it says more than is read. `isOurs` null: it does
 * not say whose it is.
 */
export function duplicateOf(
  body: unknown,
  assessmentId: string,
): (Pick<Mention, 'interview_link' | 'interview_token'> & { isOurs: boolean | null }) | null {
  const mentions = mentionsIn(body, mention);
  if (mentions === null) return null;
  const find = (name: keyof Pick<Mention, 'interview_link' | 'interview_token'>): string | null =>
    mentions.map((one) => one[name]).find((value) => value !== null) ?? null;
  const owners = mentions.flatMap(({ job_code, callback_url }) => [
    ...(job_code === null ? [] : [job_code === assessmentId]),
    // The key in our address differs each time that it is made; our id stands behind it.
    ...(callback_url === null ? [] : [callback_url.replace(/(?<!\/)\/+$/, '').endsWith(`/${assessmentId}`)]),
  ]);
  return {
    interview_link: find('interview_link'),
    interview_token: find('interview_token'),
    isOurs: owners.length === 0 ? null : owners.includes(true),
  };
}
