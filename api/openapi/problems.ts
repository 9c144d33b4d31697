import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { type ErrorCode, errorKinds } from '../../domain/errors';

/** Where {@link problemDocument} stands in the document. */
export const problemComponent = 'Problem';

/** What refusals of a status bring along. */
const headersOf: Record<number, z.ZodObject> = {
  401: z.object({ 'WWW-Authenticate': z.string() }),
  429: z.object({ 'Retry-After': z.string().meta({ description: 'Seconds.' }) }),
  503: z.object({ 'Retry-After': z.string().meta({ description: 'Seconds.' }) }),
};

const response = (status: number, codes: readonly ErrorCode[]): ZodOpenApiResponseObject => ({
  id: ['Problem', status, ...codes].join('-'),
  description: `${STATUS_CODES[status] ?? 'Problem'}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
  ...(headersOf[status] && { headers: headersOf[status] }),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [{ $ref: `#/components/schemas/${problemComponent}` }],
        properties: { status: { const: status }, code: { enum: [...codes] } },
      },
    },
  },
});

/** What a vendor's message may be refused with, whatever it brings. */
export const messageProblems = [
  'input.malformed',
  'auth.signature',
  'not_found',
  'input.too_large',
  'input.wrong_type',
  'input.invalid',
  'internal',
  'store.unavailable',
] as const satisfies readonly ErrorCode[];

/** One object for the same refusal everywhere, so that it becomes one component. */
const known = new Map<string, ZodOpenApiResponseObject>();

/** The responses by which these faults are told: one per status, each with the codes that it may bear. */
export function problemResponses(codes: readonly ErrorCode[]): Record<string, ZodOpenApiResponseObject> {
  const statuses = [...new Set(codes.map((code) => errorKinds[code].status))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = [...new Set(codes)].filter((code) => errorKinds[code].status === status).sort();
      const made = response(status, ofStatus);
      const name = made.id as string;
      known.set(name, known.get(name) ?? made);
      return [String(status), known.get(name) as ZodOpenApiResponseObject];
    }),
  );
}
