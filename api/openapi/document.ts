import type { oas31, ZodObjectInput, ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { createDocument } from 'zod-openapi';
import type { ErrorCode } from '../../domain/errors';
import { connectLinkAnswer } from '../connect/answer';
import { connectionAnswer } from '../connections/answer';
import { deliveryAnswer } from '../ingress/answer';
import { problemDocument } from '../middleware/problem-document';
import { assessmentAnswer } from '../runs/answer';
import { machinePaths } from './machine-paths';
import type { Operation } from './operation';
import { apiOperations } from './operations/all';
import { healthz, takeLeverWebhook } from './operations/machines';
import { problemComponent, problemResponses } from './problems';

const apiRoot = '/api/v1';

/** What any request to `/api/v1` may be refused with. */
const everywhere = [
  'auth.missing',
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
        ...described(one, everywhere),
        security: [{ operator: [] }],
      })),
      ...itemsOf([takeLeverWebhook, healthz], '', (one) => described(one, [])),
      ...machinePaths,
    },
    components: {
      securitySchemes: {
        operator: { type: 'http', scheme: 'bearer', description: 'The value of `FULCRUM_OPERATOR_TOKEN`.' },
        metrics: {
          type: 'http',
          scheme: 'bearer',
          description: 'The value of `METRICS_TOKEN`, or of `FULCRUM_OPERATOR_TOKEN`.',
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

function itemsOf(
  operations: readonly Operation[],
  root: string,
  describe: (one: Operation) => ZodOpenApiOperationObject,
): ZodOpenApiPathsObject {
  const items: ZodOpenApiPathsObject = {};
  for (const one of operations) {
    const path = `${root}${templateOf(one.path)}`;
    items[path] = { ...items[path], [one.method]: describe(one) };
  }
  return items;
}

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
