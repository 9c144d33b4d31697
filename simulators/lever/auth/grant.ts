import type { OAuthApp } from '../options';

/** What one Super Admin allowed one app. */
export interface Grant {
  id: string;
  app: OAuthApp;
  userId: string;
  scope: string[];
  grantedAt: number;
  revokedAt: number | null;
  /** A spent token was presented again: the whole family of refresh tokens is dead. */
  familyDead: boolean;
}
