import type { Response } from 'supertest';
import { problemDocument } from '../../api/middleware/problem-document';
import { apiDocument, templateOf } from '../../api/openapi/document';
import { apiOperations } from '../../api/openapi/operations/all';
import { healthz, takeLeverWebhook } from '../../api/openapi/operations/machines';

/** Holds every answer that a test gets against the published document. */

interface DocumentedAnswer {
  content?: Record<string, { schema?: { properties?: { code?: { enum?: string[] } } } }>;
}
type Paths = Record<
  string,
  Record<string, { responses: Record<string, { $ref?: string } & DocumentedAnswer> }>
>;

const document = apiDocument('https://hub.example');
const paths = document.paths as Paths;
const components = (document.components?.responses ?? {}) as Record<string, DocumentedAnswer>;

const answers = new Map(
  [
    ...apiOperations.map((one) => [`/api/v1${templateOf(one.path)}`, one] as const),
    ...[takeLeverWebhook, healthz].map((one) => [templateOf(one.path), one] as const),
  ].map(([path, { method, status, answer }]) => [`${method} ${path} ${status}`, answer]),
);

/** The address in the document that this one is of; literal parts count before named ones. */
function templateFor(pathname: string, method: string): string | undefined {
  const fits = (template: string): boolean =>
    new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+').replace(/\./g, '\\.')}$`).test(pathname);
  return Object.keys(paths)
    .filter((template) => fits(template) && paths[template]?.[method] !== undefined)
    .sort((a, b) => a.split('{').length - b.split('{').length)[0];
}

/** @throws Error naming what the document does not say of this answer */
export function isDocumented(answer: Response): void {
  const { method, path } = (answer as unknown as { req: { method: string; path: string } }).req;
  const name = method.toLowerCase();
  const { pathname } = new URL(path, 'http://hub.example');
  const template = templateFor(pathname, name);
  if (template === undefined) return;
  const asked = `${method} ${template}`;
  const listed = paths[template]?.[name]?.responses[String(answer.status)];
  if (listed === undefined) throw new Error(`${asked}: the document knows no ${answer.status}`);
  const told = listed.$ref === undefined ? listed : components[listed.$ref.split('/').at(-1) as string];
  const type = answer.headers['content-type']?.split(';')[0];
  const content = told?.content;
  if (content === undefined) {
    if (answer.text !== '') throw new Error(`${asked} ${answer.status}: a body, where the document has none`);
    return;
  }
  if (content['*/*'] !== undefined) return;
  if (type === undefined || content[type] === undefined) {
    throw new Error(
      `${asked} ${answer.status}: ${String(type)} is none of ${Object.keys(content).join(', ')}`,
    );
  }
  if (type === 'application/problem+json') {
    const { code } = problemDocument.parse(answer.body);
    const codes = content[type].schema?.properties?.code?.enum ?? [];
    if (!codes.includes(code))
      throw new Error(`${asked} ${answer.status}: ${code} is none of ${codes.join(', ')}`);
    return;
  }
  answers.get(`${name} ${template} ${answer.status}`)?.parse(answer.body);
}
