import type { Request, Response, Router } from 'express';
import type { z } from 'zod';
import type { ErrorCode } from '../../domain/errors';
import { type Need, requirePermission } from '../middleware/permission';
import { principalOf } from '../middleware/principal';
import { type Input, type InputSchemas, readInput } from '../middleware/read-input';
import { recorderOf } from '../middleware/recording';

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

/** An operation of `/api/v1`: what a token needs for it, and what the audit is told (decision 0042). */
export interface ApiOperation extends Operation, Need {
  /** As the audit calls it, for good: `connection.created`. */
  action: string;
  /**
   * `change`: a line before it and one after it. `candidates`: it shows candidates' data, and leaves a line. `refusals`: only
   * what is refused leaves one.
   */
  audited: 'change' | 'candidates' | 'refusals';
}

/** Keeps the exact types of an operation, by which {@link serve} knows input and answer. */
export const operation = <const O extends ApiOperation>(declared: O): O => declared;

/** The same for what others than the API's callers are served. */
export const machineOperation = <const O extends Operation>(declared: O): O => declared;

/** Why something is done, as its caller says; the audit keeps it. */
export const reasonHeader = 'X-Audit-Reason';
const longestReason = 500;

function reasonOf(req: Request): string | undefined {
  const { reason } = (req.body ?? {}) as { reason?: unknown };
  const said = typeof reason === 'string' ? reason : req.get(reasonHeader);
  return said?.slice(0, longestReason);
}

/**
 * Serves an operation: checks what its caller may do, parses, and has the audit told of it whatever comes of it. `handle`
 * gets the parsed input, and tells what is answered.
 */
export function serve<O extends ApiOperation>(
  router: Router,
  declared: O,
  handle: (input: Input<O['input']>, res: Response, req: Request) => Promise<Told<O>>,
): void {
  const { method, path, input, status, answer, action, audited } = declared;
  router[method](path, async (req, res) => {
    const recorder = recorderOf(res);
    const attempt = { action, id: req.params['id'] as string | undefined, reason: reasonOf(req) };
    let intendedId: string | null = null;
    let told: Told<O>;
    try {
      requirePermission(principalOf(res), declared);
      const parsed = readInput<O['input']>(req, input);
      if (audited === 'change') intendedId = await recorder.intended(attempt, res);
      told = await handle(parsed, res, req);
    } catch (error) {
      await recorder.refused(attempt, res, error, intendedId);
      throw error;
    }
    if (audited !== 'refusals') await recorder.done(attempt, res, intendedId);
    res.status(status);
    if (answer === null) res.end();
    else res.json(told);
  });
}
