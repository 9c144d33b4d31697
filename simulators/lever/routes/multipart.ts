import type { Request, RequestHandler } from 'express';
import { badRequest, codeFor } from '../errors';
import type { Behaviour } from '../options';

/** Lever takes at most 30 MB per multipart request. */
export const UPLOAD_LIMIT = 30 * 1024 * 1024;

export const isMultipart = (req: Request): boolean => Boolean(req.is('multipart/form-data'));

/**
 * Answers 408 when an upload has not arrived in time. The rest of the body is still taken in, so that the caller reads
 * the answer instead of a broken connection, but nothing is done with it (`stopAnswered`).
 */
export function limitUploadTime(behaviour: Behaviour): RequestHandler {
  return (req, res, next) => {
    if (!isMultipart(req)) return next();
    const timer = setTimeout(() => {
      res.status(408).json({ code: codeFor(408), message: 'The upload took too long' });
    }, behaviour.uploadTimeoutMs);
    for (const event of ['end', 'close'] as const) req.once(event, () => clearTimeout(timer));
    next();
  };
}

/** Ends the handling of a request that was answered while its body was still coming. */
export const stopAnswered: RequestHandler = (_req, res, next) => {
  if (!res.headersSent) next();
};

/** The file of the part with that name; 400 when there is none. */
export async function readFilePart(req: Request, name: string): Promise<FilePart> {
  const part = (await readMultipart(req)).get(name);
  if (part === null || typeof part === 'string') {
    throw badRequest(`The form needs a part named "${name}" with a file`);
  }
  return asFilePart(part);
}

export interface FilePart {
  name: string;
  content: Buffer;
}

/** All files of the parts with one of these names. */
export function filePartsOf(form: FormData, names: readonly string[]): Promise<FilePart[]> {
  const files = names.flatMap((name) => form.getAll(name)).filter((part) => typeof part !== 'string');
  return Promise.all(files.map(asFilePart));
}

const asFilePart = async (file: File): Promise<FilePart> => ({
  name: file.name,
  content: Buffer.from(await file.arrayBuffer()),
});

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
