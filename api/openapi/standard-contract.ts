import type { z } from 'zod';
import type { oas31, ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { createDocument, createSchema } from 'zod-openapi';
import { catalogue, packages } from '../../vendors/standard/catalogue';
import { order, problem } from '../../vendors/standard/contract';
import { action, extension, placement, problemReport, taken } from '../../vendors/standard/messages';
import { problemDocument } from '../middleware/problem-document';
import { messageProblems, problemComponent, problemResponses } from './problems';

/** The contract that any vendor can work by (docs/vendor-contract.md), with the vendor as the server. */

const about = `What a vendor of assessments or interviews serves, so that the hub can order from it, and what it sends back. Both sides
sign every message by Standard Webhooks; a \`GET\` is signed over the empty body. Fields that are not named here are let through.`;

/** Both sides read these, so they stand as they are written, not as they come out of the parser. */
const written = (schema: z.ZodType): oas31.SchemaObject =>
  createSchema(schema, { io: 'input' }).schema as oas31.SchemaObject;

const schemas = {
  Packages: written(packages),
  Catalogue: written(catalogue),
  Placement: written(placement),
  Order: written(order),
  Action: written(action),
  Extension: written(extension),
  ProblemReport: written(problemReport),
  Taken: written(taken),
  Refusal: written(problem),
  [problemComponent]: written(problemDocument),
};

const of = (name: keyof typeof schemas) => ({ schema: { $ref: `#/components/schemas/${name}` } });
const json = (name: keyof typeof schemas) => ({ 'application/json': of(name) });
const body = (name: keyof typeof schemas) => ({ required: true, content: json(name) });

const header = (name: string, description: string, schema: oas31.SchemaObject): oas31.ParameterObject => ({
  name,
  in: 'header',
  required: true,
  description,
  schema,
});

/** https://www.standardwebhooks.com */
const signature = [
  header('webhook-id', 'Names the message; the same at each repeat', { type: 'string' }),
  header('webhook-timestamp', 'Seconds since 1970, of this attempt', { type: 'string', pattern: '^\\d+$' }),
  header(
    'webhook-signature',
    '`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; several are separated by spaces',
    { type: 'string' },
  ),
];
const orderId: oas31.ParameterObject = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The `id` with which it was placed',
  schema: { type: 'string' },
};
const cursor: oas31.ParameterObject = {
  name: 'cursor',
  in: 'query',
  description: 'The `next` of the previous page',
  schema: { type: 'string' },
};

const refusal = (description: string) => ({
  description,
  content: { 'application/problem+json': of('Refusal'), 'application/json': of('Refusal') },
});
const unsigned = refusal('The signature, or its time, is not accepted');
const isOver = refusal('The order is over');
const refused = refusal('It cannot be done, for the reason in `detail`, which the recruiter reads');
const unknown = refusal('There is no such order');
const anyAnswer = { description: 'Done; the body is not read' };

/** What the vendor is only asked for. */
const reading = (
  operationId: string,
  summary: string,
  parameter: oas31.ParameterObject,
  answers: ZodOpenApiOperationObject['responses'],
): { get: ZodOpenApiOperationObject } => ({
  get: {
    operationId,
    summary,
    parameters: [parameter, ...signature],
    responses: { ...answers, 401: unsigned, '4XX': refused },
  },
});

/** What can be asked of an order that is there. */
const acting = (
  id: string,
  summary: string,
  message: keyof typeof schemas,
): { post: ZodOpenApiOperationObject } => ({
  post: {
    operationId: id,
    summary,
    parameters: [orderId, ...signature],
    requestBody: body(message),
    responses: {
      '2XX': anyAnswer,
      401: unsigned,
      404: unknown,
      409: isOver,
      410: isOver,
      '4XX': refused,
    },
  },
});

/** How the hub answers what a vendor sends. */
const hubAnswers = (...more: Parameters<typeof problemResponses>[0]) => ({
  200: { description: 'It is stored durably', content: json('Taken') },
  ...problemResponses([...messageProblems, ...more]),
});

const update: ZodOpenApiOperationObject = {
  operationId: 'update',
  summary: 'The present state of the order, sent to the `callbackUrl` that it was placed with',
  parameters: [...signature],
  requestBody: body('Order'),
  responses: hubAnswers('temporal.unavailable'),
};

const paths: ZodOpenApiPathsObject = {
  '/packages': reading('listPackages', 'What can be ordered', cursor, {
    200: { description: 'One page', content: json('Packages') },
  }),
  '/orders': {
    post: {
      operationId: 'placeOrder',
      summary: 'Invite a candidate; the same `id` again means the same order, and invites nobody twice',
      parameters: [...signature],
      requestBody: body('Placement'),
      responses: {
        200: { description: 'It already existed', content: json('Order') },
        201: { description: 'The candidate is invited', content: json('Order') },
        401: unsigned,
        422: refused,
        '4XX': refused,
      },
      callbacks: { update: { '{$request.body#/callbackUrl}': { post: update } } },
    },
  },
  '/orders/{id}': reading('getOrder', 'The present state of the order', orderId, {
    200: { description: 'The order', content: json('Order') },
    404: unknown,
  }),
  '/orders/{id}/remind': acting('remind', 'Write to the candidate once more', 'Action'),
  '/orders/{id}/extend': acting('extend', 'Give the candidate more time', 'Extension'),
  '/orders/{id}/cancel': acting('cancel', 'Call the order off: nobody can take it any more', 'Action'),
  '/problems': {
    post: {
      operationId: 'reportProblem',
      summary: 'What was wrong with an answer of the vendor; serving this is not required',
      parameters: [...signature],
      requestBody: body('ProblemReport'),
      responses: { '2XX': anyAnswer, '4XX': { description: 'It has no effect' } },
    },
  },
};

/** The contract as OpenAPI 3.1. The vendor is the server; what it sends to the hub are a callback and a webhook. */
export const standardContractDocument = (publicUrl: string): oas31.OpenAPIObject =>
  createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Fulcrum: the vendor contract',
      version: '1',
      description: about,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      {
        url: '{baseUrl}',
        description: "The vendor: `baseUrl` of the connection's credentials",
        variables: { baseUrl: { default: 'https://vendor.example/api' } },
      },
    ],
    paths,
    webhooks: {
      catalogue: {
        put: {
          operationId: 'sendPackages',
          summary: 'Everything that can be ordered, sent by the vendor itself when it changes',
          description: `To the connection's \`callbackUrl\` followed by \`/packages\`: \`PUT ${publicUrl}/callbacks/standard/<key>/packages\`.`,
          parameters: [...signature],
          requestBody: body('Catalogue'),
          responses: hubAnswers('conflict', 'db.unavailable'),
        },
      },
    },
    components: { schemas },
  });
