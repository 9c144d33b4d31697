import type { Response } from 'express';
import { everything, type Reach, type Right, rights } from '../../domain/access';

/** Who speaks to the API: for what is permitted, for audit and timeline. */
export interface Principal {
  /** `operator`, or the id of a token: a label may name a person, and this stands in plain text. */
  actor: string;
  /** What people call the token; null: it is the operator's. */
  label: string | null;
  reach: Reach;
  rights: readonly Right[];
  /** Ms since 1970; null: it does not expire. */
  expiresAt: number | null;
}

/** Who bears the token of the configuration. */
export const operator: Principal = {
  actor: 'operator',
  label: null,
  reach: everything,
  rights,
  expiresAt: null,
};

/** Temporal Web UI of the embedded server, by the ticket in the codec's address. */
export const ticketBearer: Principal = { ...operator, actor: 'codec-ticket', rights: ['read'] };

/** Whoever has proved to be it is known from here on. */
export function remember(res: Response, principal: Principal): void {
  res.locals['principal'] = principal;
}

/** Behind `bearer` only. */
export const principalOf = (res: Response): Principal => res.locals['principal'] as Principal;

export const reachOf = (res: Response): Reach => principalOf(res).reach;
