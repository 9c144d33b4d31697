import { z } from 'zod';

/**
 * The frame of every answer and the error codes.
 * Codes up to 92, 1716 and 1850 are SMG's own (commands.html, submit-answers.html); the vendor publishes none for
 * the other cases, so those are our proposal. An adapter may rely on "not 0", not on them.
 */
export const errorCodes = {
  notPermitted: 1,
  noPartnerAccount: 5,
  missingParameter: 10,
  invalidParameter: 11,
  invalidCommand: 92,
  duplicateApplication: 1701,
  unknownApplication: 1702,
  unknownPosition: 1703,
  notCompleted: 1704,
  alreadyCompleted: 1705,
  noLongerValid: 1706,
  missingField: 1716,
  missingAnswer: 1850,
} as const;

/** A refusal by the vendor: HTTP 200 with this code. `extra` is added to the answer. */
export class SmgError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** What the vendor shows for a date that has not come. */
const noDate = '1900-01-01';

export function isoDay(date: Date | undefined): string {
  return date ? date.toISOString().slice(0, 10) : noDate;
}

/** Ids are unsigned 64-bit: strings or integers in requests, always strings in answers. */
export const entityId = z
  .union([z.string().regex(/^\d{1,20}$/), z.int().nonnegative()], 'an id of up to 20 digits')
  .transform(String);

/** Parses a request body. Throws SmgError 10 for a missing parameter and 11 for a malformed one, naming it. */
export function parseRequest<T extends z.ZodType>(schema: T, body: Record<string, unknown>): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = issue?.path.join('.') ?? '';
  const given = issue?.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    body,
  );
  if (given === undefined) {
    throw new SmgError(errorCodes.missingParameter, `Missing required parameter: ${name}`);
  }
  throw new SmgError(
    errorCodes.invalidParameter,
    `Invalid parameter ${name}: ${issue?.message ?? 'malformed'}`,
  );
}
