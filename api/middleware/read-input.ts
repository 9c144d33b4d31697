import type { Request } from 'express';
import { z } from 'zod';
import { FulcrumError } from '../../domain/errors';
import { inputWords } from './input-words';
import { fieldErrors, InputError } from './problem';
import type { FieldError } from './problem-document';

export interface InputSchemas {
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
}
type Part<S> = S extends z.ZodType ? z.output<S> : Record<string, never>;
export type Input<S extends InputSchemas> = {
  params: Part<S['params']>;
  query: Part<S['query']>;
  body: Part<S['body']>;
};

/** What is not declared must not be sent: a misspelt field would otherwise be dropped in silence. */
const nothing = z.strictObject({});

const hasBody = (req: Request): boolean =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;

/**
 * What no schema may be asked about: PostgreSQL keeps no NUL character, and zod passes over a field that is called like the
 * prototype, whatever is in it. Null: nothing. Without recursion: JSON may be nested deeper than the stack is.
 */
function impossible(input: unknown): string | null {
  const left = [input];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && value.includes('\0')) {
      return 'holds a NUL character, which cannot be stored: leave it out';
    }
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (key === '__proto__') return 'holds a field with the name "__proto__": leave it out';
        left.push(key, inner);
      }
    }
  }
  return null;
}

/**
 * A request's declared input, parsed.
 * @throws FulcrumError `input.undeclared`, `input.invalid` or `input.wrong_type`, naming every fault at once
 */
export function readInput<S extends InputSchemas>(req: Request, schemas: S): Input<S> {
  if (hasBody(req) && !req.is('application/json')) {
    throw new FulcrumError(
      'input.wrong_type',
      'Send the body as JSON with "Content-Type: application/json".',
    );
  }
  const faults: FieldError[] = [];
  let undeclared = true;
  const parse = (name: keyof InputSchemas, value: unknown): unknown => {
    const message = impossible(value);
    if (message !== null) {
      faults.push({ path: name, message });
      undeclared = false;
      return undefined;
    }
    const parsed = (schemas[name] ?? nothing).safeParse(value, inputWords);
    if (parsed.success) return parsed.data;
    faults.push(...fieldErrors(parsed.error, name));
    undeclared &&= parsed.error.issues.every((issue) => issue.code === 'unrecognized_keys');
    return undefined;
  };
  const input = {
    params: parse('params', req.params),
    query: parse('query', req.query),
    body: parse('body', (req.body as unknown) ?? {}),
  };
  if (faults.length > 0) {
    const list = faults.map((fault) => `${fault.path}: ${fault.message}`).join('; ');
    throw new InputError(
      undeclared ? 'input.undeclared' : 'input.invalid',
      `Correct the request: ${list}`,
      faults,
    );
  }
  return input as Input<S>;
}
