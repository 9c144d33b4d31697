import type { User } from './model';

/**
 * The permissions that integrations lean on, in the words of Lever's help pages, and the access roles that have them
 * unless the customer changes that. Whether an Admin manages stages is assumed.
 */
export const permissions = {
  'manage API credentials and integrations': ['super admin'],
  'manage pipeline stages': ['super admin', 'admin'],
  'view profiles and postings': ['super admin', 'admin', 'team member', 'limited team member'],
  'create and edit postings': ['super admin', 'admin', 'team member', 'limited team member'],
} as const satisfies Record<string, readonly string[]>;
export type Permission = keyof typeof permissions;

export const roles = ['super admin', 'admin', 'team member', 'limited team member', 'interviewer'] as const;

/** Nobody in particular looks at an account without users: there is nothing to protect. */
export const may = (user: User | undefined, permission: Permission): boolean => {
  const holders: readonly string[] = permissions[permission];
  return user === undefined || holders.includes(user.accessRole);
};
