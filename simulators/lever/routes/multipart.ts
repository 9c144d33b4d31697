import type { Request } from 'express';
import { badRequest } from '../errors';

/** Lever takes at most 30 MB per multipart request. */
export const UPLOAD_LIMIT = 30 * 1024 * 1024;

export const isMultipart = (req: Request): boolean => Boolean(req.is('multipart/form-data'));

/** Parses a multipart body that `express.raw` collected, with the parser that Node's own fetch brings. */
export async function readMultipart(req: Request): Promise<FormData> {
  const body: unknown = req.body;
  const type = req.get('content-type') ?? '';
  if (!Buffer.isBuffer(body)) throw badRequest('Expected a multipart/form-data body');
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  } catch {
    throw badRequest('The multipart body could not be read');
  }
}

/**
 * Lever's bracket notation as an object: `emails[]` and `emails[0]` are list items, `archived[reason]` and
 * `phones[0][value]` are nested. Files are left out.
 */
export function fieldsOf(form: FormData): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string')
      put(
        root,
        name.split(/[[\]]+/).filter((part, i) => i === 0 || part !== ''),
        name,
        value,
      );
  }
  return root;
}

type Node = Record<string, unknown> | unknown[];

function put(root: Record<string, unknown>, path: string[], name: string, value: string): void {
  if (path.some((part) => ['__proto__', 'constructor', 'prototype'].includes(part)))
    throw badRequest(`Bad field ${name}`);
  let node: Node = root;
  path.forEach((part, i) => {
    const last = i === path.length - 1;
    const listNext = last ? name.endsWith('[]') : /^\d+$/.test(path[i + 1] ?? '');
    const key = Array.isArray(node) ? Number(part) : part;
    const holder = node as Record<string | number, unknown>;
    if (last && !listNext) {
      holder[key] = value;
    } else if (last) {
      holder[key] = [...((holder[key] as unknown[] | undefined) ?? []), value];
    } else {
      holder[key] ??= listNext ? [] : {};
      node = holder[key] as Node;
    }
  });
}
