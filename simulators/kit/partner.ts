import { z } from 'zod';

/** How a vendor's own program reaches the partner that carries its Lever integration. */
export interface PartnerAccess {
  /** Root of the partner's API, e.g. `https://hub.example/api/v1`. */
  apiUrl: string;
  token: string;
  /** What the customer is called there. */
  customer: string;
}

/** The other side did not do what was asked. */
export class PartnerError extends Error {
  override readonly name = 'PartnerFault';

  constructor(
    asked: string,
    /** Its own words, one for each fault. */
    readonly words: readonly string[],
  ) {
    super(`${asked}: ${words.join('; ')}`);
  }
}

/** RFC 9457 with the partner's own `errors`. */
const problem = z.looseObject({
  detail: z.string(),
  errors: z.array(z.looseObject({ message: z.string() })).optional(),
});

/** @throws PartnerFault when the partner refuses */
export async function askPartner<T extends z.ZodType>(
  { apiUrl, token }: PartnerAccess,
  method: string,
  path: string,
  answer: T,
  body?: unknown,
): Promise<z.output<T>> {
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const given = await response.text();
  if (response.ok) return answer.parse(JSON.parse(given));
  throw new PartnerError(`${method} ${path}`, wordsOf(given));
}

/** What answers may not be the partner at all, but something on the way to it. */
function wordsOf(answer: string): string[] {
  try {
    const { detail, errors } = problem.parse(JSON.parse(answer));
    return errors?.map(({ message }) => message) ?? [detail];
  } catch {
    return [answer];
  }
}
