import type { RequestHandler } from 'express';
import type { Right } from '../../domain/access';
import { FulcrumError } from '../../domain/errors';
import { type Principal, principalOf } from './principal';

/** What a request needs beside a token. */
export interface Need {
  right: Right;
  /** It is about no vendor or connection alone. */
  reach?: 'everything';
}

/** @throws FulcrumError `auth.forbidden` naming what is missing */
export function requirePermission({ rights, reach }: Principal, need: Need): void {
  if (!rights.includes(need.right)) {
    throw new FulcrumError(
      'auth.forbidden',
      `This token lacks the right "${need.right}". Use one that has it: somebody with the right "administer" can make it (POST /api/v1/tokens).`,
    );
  }
  if (need.reach === 'everything' && reach.kind !== 'everything') {
    throw new FulcrumError(
      'auth.forbidden',
      'This concerns the whole hub, and this token reaches only a part of it. Use one whose reach is "everything".',
    );
  }
}

/** For routes that are no operations of the API. */
export const permitted =
  (need: Need): RequestHandler =>
  (_req, res, next) => {
    requirePermission(principalOf(res), need);
    next();
  };
