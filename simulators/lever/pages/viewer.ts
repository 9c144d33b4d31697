import type { Request } from 'express';
import { forbidden } from '../errors';
import type { User } from '../model';
import { may, type Permission } from '../roles';
import type { LeverState } from '../state';

/** Name of the cookie that holds the user whom a person at the pages plays. */
export const VIEWER_COOKIE = 'lever-user';

export const isSuperAdmin = (user: User | undefined): boolean => user?.accessRole === 'super admin';

/** Whom the pages are looked at as: the chosen user, else the account's Super Admin; undefined in an empty account. */
export function viewerOf(req: Request, state: LeverState): User | undefined {
  const chosen = (req.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .find(([name]) => name === VIEWER_COOKIE)?.[1];
  const user = chosen === undefined ? undefined : state.users.get(chosen);
  return user && user.deactivatedAt === null ? user : state.superAdmin();
}

/** 403 unless looked at as a Super Admin: only that role connects apps and configures webhooks. */
export function requireSuperAdmin(req: Request, state: LeverState): void {
  if (!isSuperAdmin(viewerOf(req, state))) {
    throw forbidden('Only a Super Admin can change this. Ask one, or look at the page as one.');
  }
}

/** 403 that names what the viewer's role lacks. */
export function requirePermission(req: Request, state: LeverState, permission: Permission): void {
  const viewer = viewerOf(req, state);
  if (!may(viewer, permission)) {
    throw forbidden(`The role "${viewer?.accessRole}" lacks the permission to ${permission}.`);
  }
}
