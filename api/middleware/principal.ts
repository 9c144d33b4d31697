import type { Response } from 'express';

/** Who speaks to the API, for audit and timeline. */
export interface Principal {
  actor: string;
}

/** Whoever has proved to be it is known from here on. */
export function remember(res: Response, principal: Principal): void {
  res.locals['principal'] = principal;
}

/** Behind `bearer` only. */
export const principalOf = (res: Response): Principal => res.locals['principal'] as Principal;
