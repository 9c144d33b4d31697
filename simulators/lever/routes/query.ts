import type { Request, Response } from 'express';
import type { z } from 'zod';
import { badRequest } from '../errors';
import { type Page } from '../paging';
import type { LeverState } from '../state';

/** First value of a query parameter; undefined when absent or empty. */
export function one(req: Request, name: string): string | undefined {
  return many(req, name)[0];
}

/** All values of a repeatable query parameter. */
export function many(req: Request, name: string): string[] {
  const value: unknown = req.query[name];
  const values = Array.isArray(value) ? value : [value];
  return values.filter((item): item is string => typeof item === 'string' && item !== '');
}

/** Undefined when absent; 400 when it is neither `true` nor `false`. */
export function bool(req: Request, name: string): boolean | undefined {
  const value = one(req, name);
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw badRequest(`${name} must be true or false`);
  return value === 'true';
}

/**
 * Inclusive bounds `<name>_start` and `<name>_end` in milliseconds; a null time lies outside any bound. Undefined when
 * neither is given.
 */
export function timeWindow(req: Request, name: string): ((time: number | null) => boolean) | undefined {
  const start = timeOf(req, `${name}_start`);
  const end = timeOf(req, `${name}_end`);
  if (start === undefined && end === undefined) return undefined;
  return (time) => time !== null && time >= (start ?? -Infinity) && time <= (end ?? Infinity);
}

function timeOf(req: Request, name: string): number | undefined {
  const raw = one(req, name);
  if (raw === undefined) return undefined;
  const time = Number(raw);
  if (!Number.isFinite(time)) throw badRequest(`${name} must be milliseconds since 1970`);
  return time;
}

/** Checks a body; 400 names every fault. */
export function parseBody<T>(schema: z.ZodType<T>, req: Request): T {
  const parsed = schema.safeParse(req.body ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw badRequest(faults.join('; '));
}

/**
 * The user of `perform_as`, or null. 400 when it is missing though this call (or the switch) requires it, or names
 * nobody active.
 */
export function performAs(req: Request, state: LeverState, need: 'required'): string;
export function performAs(req: Request, state: LeverState, need: 'optional'): string | null;
export function performAs(req: Request, state: LeverState, need: 'required' | 'optional'): string | null {
  const id = one(req, 'perform_as');
  if (id === undefined) {
    if (need === 'required' || state.behaviour.performAs === 'required') {
      throw badRequest('Missing required parameter: perform_as');
    }
    return null;
  }
  const user = state.users.get(id);
  if (!user || user.deactivatedAt !== null) throw badRequest(`perform_as: user ${id} was not found`);
  return user.id;
}

/** `{data, hasNext, next?}`; `next` is absent on the last page. */
export function sendPageOf<T>(res: Response, page: Page<T>, toJson: (item: T) => unknown): void {
  const hasNext = page.next !== undefined;
  res.json({ data: page.items.map(toJson), hasNext, ...(hasNext ? { next: page.next } : {}) });
}

export const sendList = (res: Response, data: unknown[]): void => void res.json({ data, hasNext: false });

/** A path parameter; Express types repeatable ones as arrays, which no route here has. */
export const param = (req: Request, name: string): string => String(req.params[name]);
