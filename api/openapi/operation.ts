import type { Request, Response, Router } from 'express';
import type { z } from 'zod';
import type { ErrorCode } from '../../domain/errors';
import { type Input, type InputSchemas, readInput } from '../middleware/read-input';

/**
 * One request that the API takes: the route is served by it, and the OpenAPI document is made from it, so the two cannot
 * say different things.
 */
export interface Operation {
  /** `operationId`: what generated clients name their functions by. */
  id: string;
  tag: string;
  method: 'get' | 'post' | 'patch' | 'delete';
  /** As Express reads it, below `/api/v1`. */
  path: string;
  /** One line, as a person would say it. */
  summary: string;
  /** What is worth knowing before using it. */
  description?: string;
  input: InputSchemas;
  /** The body in full, where the route leaves parts of it to a vendor's own schemas. */
  fullBody?: z.ZodType;
  status: 200 | 201 | 202 | 204;
  /** The body of the answer; null: there is none. */
  answer: z.ZodType | null;
  /** Refusals of its own, beside those that every operation has. */
  problems: readonly ErrorCode[];
}

// A handler that answers nothing returns nothing.
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type
type Told<O extends Operation> = O['answer'] extends z.ZodType ? z.output<O['answer']> : void;

/** How a list is asked for, as {@link serve} hands it on. */
export type QueryOf<O extends { input: { query: z.ZodType } }> = z.output<O['input']['query']>;

/** Keeps the exact types of an operation, by which {@link serve} knows input and answer. */
export const operation = <const O extends Operation>(declared: O): O => declared;

/** Serves an operation. `handle` gets the parsed input, and tells what is answered. */
export function serve<O extends Operation>(
  router: Router,
  { method, path, input, status, answer }: O,
  handle: (input: Input<O['input']>, res: Response, req: Request) => Promise<Told<O>>,
): void {
  router[method](path, async (req, res) => {
    const told = await handle(readInput<O['input']>(req, input), res, req);
    res.status(status);
    if (answer === null) res.end();
    else res.json(told);
  });
}
