import { z } from 'zod';
import type {
  ZodOpenApiOperationObject,
  ZodOpenApiPathsObject,
  ZodOpenApiResponsesObject,
} from 'zod-openapi';
import type { ErrorCode } from '../../domain/errors';
import { registry, vendorIds } from '../../vendors/registry';
import { catalogue } from '../../vendors/standard/catalogue';
import { taken } from '../../vendors/standard/messages';
import { readiness } from './operations/machines';
import { messageProblems, problemResponses } from './problems';

/** What does not fit the form of an operation: other types than JSON, several statuses, any method. */

const json = (schema: z.ZodType) => ({ 'application/json': { schema } });
const anything = z.record(z.string(), z.unknown());

/** Each vendor takes one status as "stored", and some another one for what was taken before. */
const acknowledgements = [
  ...new Set(
    Object.values(registry).flatMap(({ acknowledge, acknowledgeRepeat = acknowledge }) => [
      acknowledge,
      acknowledgeRepeat,
    ]),
  ),
].sort();

const acknowledged = Object.fromEntries(
  acknowledgements.map((status) => [
    String(status),
    {
      description: 'Stored. Each vendor gets the answer that it expects, mostly without a body.',
      content: { '*/*': {} },
    },
  ]),
) as ZodOpenApiResponsesObject;

const callbackAddress = { vendor: z.enum(vendorIds), key: z.string() };

const ofCallbacks = [...messageProblems, 'temporal.unavailable'] as const satisfies readonly ErrorCode[];

const callback = (id: string, rest: boolean): ZodOpenApiOperationObject => ({
  operationId: id,
  tags: ['vendors'],
  summary: "A vendor's news, in the vendor's own format and with its own proof",
  requestParams: {
    path: z.object({ ...callbackAddress, ...(rest && { rest: z.string() }) }),
  },
  responses: {
    ...acknowledged,
    ...problemResponses(ofCallbacks),
  },
});

const callbackItem = (name: string, rest: boolean) =>
  Object.fromEntries(
    (['get', 'post', 'put', 'patch'] as const).map((method) => [method, callback(`${method}${name}`, rest)]),
  );

const aDocument = (id: string, summary: string): ZodOpenApiOperationObject => ({
  operationId: id,
  tags: ['documents'],
  summary,
  responses: {
    200: { description: summary, content: json(anything) },
    ...problemResponses(['rate.exceeded', 'internal']),
  },
});

export const machinePaths: ZodOpenApiPathsObject = {
  '/callbacks/{vendor}/{key}': callbackItem('Callback', false),
  '/callbacks/{vendor}/{key}/{rest}': callbackItem('CallbackBelow', true),
  '/callbacks/{vendor}/{key}/packages': {
    put: {
      ...callback('putPackages', false),
      summary: 'What can be ordered, sent by the vendor itself',
      requestBody: { required: true, content: json(catalogue) },
      responses: {
        200: { description: 'It is stored durably', content: json(taken) },
        ...problemResponses([...ofCallbacks, 'conflict', 'db.unavailable']),
      },
    },
  },
  '/api/v1/openapi.json': { get: aDocument('getOpenApi', 'This document') },
  '/api/v1/standard/openapi.json': {
    get: aDocument('getVendorContract', 'The contract that any vendor can work by'),
  },
  '/readyz': {
    get: {
      operationId: 'readyz',
      tags: ['health'],
      summary: 'Whether each part that the hub depends on is available',
      responses: {
        200: { description: 'The hub accepts messages', content: json(readiness) },
        503: { description: 'It cannot accept any', content: json(readiness) },
      },
    },
  },
  '/metrics': {
    get: {
      operationId: 'metrics',
      tags: ['health'],
      summary: 'For Prometheus',
      security: [{ metrics: [] }, { operator: [] }],
      responses: {
        200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } },
        ...problemResponses(['auth.missing', 'auth.forbidden', 'rate.exceeded', 'db.unavailable']),
      },
    },
  },
};
