import { z } from 'zod';
import type { oas31, ZodObjectInput, ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { createDocument } from 'zod-openapi';
import type { ErrorCode } from '../../domain/errors';
import { connectLinkAnswer } from '../connect/answer';
import { connectionAnswer } from '../connections/answer';
import { deliveryAnswer } from '../ingress/answer';
import { problemDocument } from '../middleware/problem-document';
import { assessmentAnswer } from '../runs/answer';
import { machinePaths } from './machine-paths';
import type { ApiOperation, Operation } from './operation';
import { reasonHeader } from './operation';
import { apiOperations } from './operations/all';
import { healthz, takeLeverWebhook } from './operations/machines';
import { problemComponent, problemResponses } from './problems';

const apiRoot = '/api/v1';

/** What any request to `/api/v1` may be refused with. */
const everywhere = [
  'auth.missing',
  'auth.forbidden',
  'rate.exceeded',
  'input.malformed',
  'input.undeclared',
  'input.too_large',
  'input.wrong_type',
  'input.invalid',
  'internal',
  'db.unavailable',
] as const satisfies readonly ErrorCode[];

const about = `Programs call the hub with JSON and a bearer token. Input that is not declared here is refused, and every refusal is a
problem document (RFC 9457): branch on its \`code\`, read its \`detail\`. Lists are paged: pass the \`next\` of one page as \`after\` for the following one.
Write durations as \`3d\`, \`36h\` or \`90s\`. A known address with another method answers 405 and lists the accepted methods in \`Allow\`.`;

/** The API as OpenAPI 3.1, made from what the routes themselves parse and answer with. */
export const apiDocument = (publicUrl: string): oas31.OpenAPIObject =>
  createDocument({
    openapi: '3.1.1',
    info: { title: 'Fulcrum', version: '1', description: about, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: publicUrl }],
    security: [],
    paths: {
      ...itemsOf(apiOperations, apiRoot, (one) => ({
        ...ofApi(one),
      })),
      ...itemsOf([takeLeverWebhook, healthz], '', (one) => described(one, [])),
      ...machinePaths,
    },
    components: {
      securitySchemes: {
        operator: {
          type: 'http',
          scheme: 'bearer',
          description: 'The value of `FULCRUM_OPERATOR_TOKEN`, or a token made with `POST /api/v1/tokens`.',
        },
        metrics: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The value of `METRICS_TOKEN`, of `FULCRUM_OPERATOR_TOKEN`, or a token that reads everything.',
        },
      },
      schemas: {
        [problemComponent]: problemDocument,
        Connection: connectionAnswer,
        ConnectLink: connectLinkAnswer,
        Assessment: assessmentAnswer,
        Delivery: deliveryAnswer,
      },
    },
  });

/** `/connections/:id` as OpenAPI writes it: `/connections/{id}`. */
export const templateOf = (path: string): string => path.replace(/[:*](\w+)/g, '{$1}');

function itemsOf<O extends Operation>(
  operations: readonly O[],
  root: string,
  describe: (one: O) => ZodOpenApiOperationObject,
): ZodOpenApiPathsObject {
  const items: ZodOpenApiPathsObject = {};
  for (const one of operations) {
    const path = `${root}${templateOf(one.path)}`;
    items[path] = { ...items[path], [one.method]: describe(one) };
  }
  return items;
}

/** What a token needs is said in words: OpenAPI knows scopes only where OAuth hands them out. */
function ofApi(one: ApiOperation): ZodOpenApiOperationObject {
  const { requestParams, ...rest } = described(one, everywhere);
  const needs = `Needs the right \`${one.right}\`${one.reach === undefined ? '' : ', and a token that reaches everything'}.`;
  return {
    ...rest,
    description: [one.description, needs].filter(Boolean).join(' '),
    requestParams: { ...requestParams, ...(one.audited === 'change' && { header: reasonParameter }) },
    security: [{ operator: [] }],
  };
}

const reasonParameter = z.object({
  [reasonHeader]: z
    .string()
    .max(500)
    .optional()
    .meta({ description: 'Why, for the audit. A `reason` in the body comes before it.' }),
});

function described(one: Operation, problems: readonly ErrorCode[]): ZodOpenApiOperationObject {
  const { id, tag, summary, description, input, status, answer } = one;
  const done = {
    description: summary,
    ...(answer !== null && { content: { 'application/json': { schema: answer } } }),
  };
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    requestParams: {
      ...(input.params && { path: input.params as unknown as ZodObjectInput }),
      ...(input.query && { query: input.query as unknown as ZodObjectInput }),
    },
    ...bodyOf(one),
    responses: {
      [String(status)]: done,
      ...problemResponses([...problems, ...one.problems]),
    },
  };
}

function bodyOf({ input: { body }, fullBody }: Operation): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (body === undefined) return {};
  return {
    requestBody: {
      // A request without a body is read as an empty object.
      required: !body.safeParse({}).success,
      content: { 'application/json': { schema: fullBody ?? body } },
    },
  };
}
