import { mention } from './wire';
import type { Mention } from './wire';

/** Objects inside objects are looked at so far down. */
const deepest = 4;

/**
 * What a refusal says of the interview that is there already. Nobody has published its form: the members of an interview are
 * looked for wherever they stand in it. `isOurs` null: it does not say whose it is.
 */
export function duplicateOf(
  body: unknown,
  assessmentId: string,
): Pick<Mention, 'interview_link' | 'interview_token'> & { isOurs: boolean | null } {
  const mentions = objectsIn(body, deepest).flatMap((one) => mention.safeParse(one).data ?? []);
  const find = (name: keyof Pick<Mention, 'interview_link' | 'interview_token'>): string | null =>
    mentions.map((one) => one[name]).find((value) => value !== null) ?? null;
  const owners = mentions.flatMap(({ job_code, callback_url }) => [
    ...(job_code === null ? [] : [job_code === assessmentId]),
    // The key in our address differs each time that it is made; our id stands behind it.
    ...(callback_url === null ? [] : [callback_url.replace(/\/+$/, '').endsWith(`/${assessmentId}`)]),
  ]);
  return {
    interview_link: find('interview_link'),
    interview_token: find('interview_token'),
    isOurs: owners.length === 0 ? null : owners.includes(true),
  };
}

function objectsIn(value: unknown, depth: number): object[] {
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  const inner = Object.values(value).flatMap((one) => objectsIn(one, depth - 1));
  return Array.isArray(value) ? inner : [value, ...inner];
}
