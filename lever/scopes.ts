/**
 * What a vendor's app asks of a customer's Lever account, and why. The base is Lever's own recipe for assessment
 * integrations (developer documentation, "Use cases"); write includes read. Lever takes 20 at most for one app.
 */

/** One permission of Lever's consent page. */
export interface LeverPermission {
  /** As Lever writes it: `<resource>:<read|write>:admin`. */
  scope: string;
  /** What it is needed for, in the words of the person who grants it. */
  reason: string;
}

/** What decides, of a vendor, which permissions it needs. */
export interface LeverNeeds {
  /** Whether results are put into the candidate's files. */
  writesFiles: boolean;
}

const offlineAccess = 'offline_access';

const ofEveryVendor: readonly LeverPermission[] = [
  {
    scope: offlineAccess,
    reason: 'Keep the connection working while nobody is signed in: candidates move at any hour.',
  },
  {
    scope: 'opportunities:write:admin',
    reason:
      'Read the candidate who enters the stage, show the state of the assessment by tags and links, and move the candidate on when the result is there.',
  },
  {
    scope: 'notes:write:admin',
    reason:
      'Write the result, or the reason why there is none, into a note, and find its own notes again so that none is written twice.',
  },
  {
    scope: 'stages:read:admin',
    reason: 'Know your pipeline stages by name, to recognise those that start an assessment.',
  },
  {
    scope: 'tags:read:admin',
    reason: 'See the tags by which an assessment is chosen.',
  },
  {
    scope: 'webhooks:write:admin',
    reason:
      'Have Lever tell when a candidate changes stage, is archived, hired or deleted, and take these webhooks away again at the end.',
  },
  // Beyond Lever's recipe: an opportunity carries only the tags that its posting had at the time of the application.
  {
    scope: 'postings:read:admin',
    reason: 'Read the tags a job got after the candidate applied, and find jobs by name.',
  },
  // Beyond Lever's recipe: whoever is named as the author of changes is given by e-mail address.
  {
    scope: 'users:read:admin',
    reason: 'Find the user of your account in whose name the changes appear.',
  },
];

const ofFiles: LeverPermission = {
  scope: 'files:write:admin',
  reason: "Put the vendor's report into the candidate's files.",
};

/** The least that a vendor needs, in the order in which people should read it. */
export const leverPermissions = (needs: LeverNeeds): LeverPermission[] => [
  ...ofEveryVendor,
  ...(needs.writesFiles ? [ofFiles] : []),
];

/** Those of the wanted permissions that were not granted; `write` stands in for `read`. */
export function missingPermissions(
  wanted: readonly LeverPermission[],
  granted: readonly string[],
): LeverPermission[] {
  const has = new Set(granted);
  return wanted.filter(({ scope }) => !has.has(scope) && !has.has(scope.replace(':read:', ':write:')));
}

/**
 * The scopes of a token answer. Left out they are those that were asked for (RFC 6749, 5.1); what was granted for
 * times when nobody is signed in shows in the refresh token alone.
 */
export function grantedScopes(
  answered: string | null,
  asked: readonly string[],
  hasRefreshToken: boolean,
): string[] {
  const scopes = answered === null ? asked : answered.split(' ').filter((scope) => scope !== '');
  const others = scopes.filter((scope) => scope !== offlineAccess);
  return hasRefreshToken ? [offlineAccess, ...others] : others;
}
