import type { Request } from 'express';
import type { OAuthServer } from '../auth/oauth-server';
import type { User } from '../model';
import type { Recruiting } from '../recruiting';
import type { LeverState } from '../state';
import type { WebhookDispatcher } from '../webhooks/dispatcher';
import { viewerOf } from './viewer';

/** What the pages work with. */
export interface PageParts {
  state: LeverState;
  recruiting: Recruiting;
  webhooks: WebhookDispatcher;
  oauth: OAuthServer;
}

/** Somebody looking at a page of the account. */
export interface Visit {
  state: LeverState;
  viewer: User | undefined;
  /** Address of the page, to come back to after the role was changed. */
  path: string;
}

export const visitOf = (req: Request, state: LeverState): Visit => ({
  state,
  viewer: viewerOf(req, state),
  path: req.path,
});
