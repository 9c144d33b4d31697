import type { ErrorCode } from './errors';

/**
 * What was refused to one run may be about its opportunity; what is refused to one run after the other is about the
 * connection. Told apart by counting: of different runs, one after another, without the same having worked in between.
 */

/** Scope → ids of the runs that were refused it, oldest first. */
export type Refusals = Readonly<Record<string, readonly string[]>>;

/** So many runs make a rule of it. */
export const refusalsToImpair = 3;

/** What a missing part of the connection itself is called in a fault's `detail.part`. */
const connectionParts = ['settings', 'credentials', 'app'] as const;
export type ConnectionPart = (typeof connectionParts)[number];

/** Activities that need the same right at Lever. */
const sameRight: Record<string, string> = {
  readOpportunity: 'opportunities',
  checkOpportunity: 'opportunities',
  readCandidacy: 'opportunities',
  findCandidacy: 'opportunities',
  readPosting: 'postings',
  refreshStages: 'stages',
  lookForEffect: 'looks',
};

/** The right that an activity's success proves; what it writes counts by its kind. */
export const leverScope = (activity: string, effect?: string): string =>
  `lever.forbidden ${sameRight[activity] ?? effect ?? activity}`;

const settings = ['settings'] as const;
const vendorParts = ['settings', 'credentials'] as const;

/** Which parts of the connection an activity cannot do without, so that its success proves them. */
const needs: Record<string, readonly ConnectionPart[]> = {
  readOpportunity: ['app', 'settings'],
  readPosting: ['app', 'settings'],
  refreshStages: ['app'],
  checkOpportunity: ['app'],
  lookForEffect: ['app'],
  applyEffect: ['app'],
  readCandidacy: ['app'],
  findCandidacy: ['app'],
  createCandidacy: ['app'],
  lookAtStage: ['app'],
  refreshQuietGrant: ['app'],
  planMoment: settings,
  planResult: settings,
  planScreening: settings,
  invite: vendorParts,
  findInvitation: vendorParts,
  fetchResult: vendorParts,
  pollVendor: vendorParts,
  cancelAtVendor: vendorParts,
  remindAtVendor: vendorParts,
  extendAtVendor: vendorParts,
};

/** The scopes for which the success of an activity speaks. */
export function provenBy(activity: string, effect?: string): string[] {
  const parts = needs[activity] ?? [];
  return [
    ...(parts.includes('app') ? [leverScope(activity, effect)] : []),
    ...(parts.includes('credentials') ? [vendorScope] : []),
    ...parts.map(partScope),
  ];
}

export const vendorScope = 'vendor.unauthorized';
const partScope = (part: ConnectionPart): string => `connection.misconfigured ${part}`;
const partScopes: readonly string[] = connectionParts.map(partScope);

/** What a refusal is counted under; null: it says nothing about the connection. */
export function scopeOf(
  error: { code: ErrorCode; detail: Record<string, unknown> },
  activity: string,
  effect?: string,
): string | null {
  switch (error.code) {
    case 'lever.forbidden':
      return leverScope(activity, effect);
    case 'vendor.unauthorized':
      return vendorScope;
    case 'connection.misconfigured': {
      const { part } = error.detail;
      return typeof part === 'string' ? partScope(part as ConnectionPart) : null;
    }
    default:
      return null;
  }
}

/** With one more refusal; the same run counts once. */
export function withRefusal(refusals: Refusals, scope: string, run: string): Refusals {
  const known = refusals[scope] ?? [];
  if (known.includes(run) || known.length >= refusalsToImpair) return refusals;
  return { ...refusals, [scope]: [...known, run] };
}

export const withoutScope = (refusals: Refusals, scope: string): Refusals =>
  Object.fromEntries(Object.entries(refusals).filter(([name]) => name !== scope));

const isRule = (runs: readonly string[]): boolean => runs.length >= refusalsToImpair;

export const isImpairing = (refusals: Refusals): boolean => Object.values(refusals).some(isRule);

const todo: Partial<Record<ErrorCode, string>> = {
  'lever.forbidden':
    'give the hub the permission in Lever, or a grant that has it (POST /connections/:id/reconnect), then POST /connections/:id/test',
  'vendor.unauthorized': 'give the credentials that the vendor accepts (PATCH /connections/:id)',
  'connection.misconfigured': 'correct it (PATCH /connections/:id, or the configuration of the hub)',
};

/** Why a connection is impaired, for people. */
export const impairedBecause = (code: ErrorCode, message: string): string =>
  `refused to ${refusalsToImpair} runs one after another: ${message.replace(/(?<![.\s])[.\s]+$/u, '')}. To mend it, ${todo[code] ?? 'correct the connection'}`;

/**
 * What such a connection lacks, as it is told to those who cannot mend it. What happened in detail, and what is to be done,
 * its own reason says.
 * @param vendor as people call it
 */
export function lackOf(refusals: Refusals, vendor: string): string {
  const impairing = Object.keys(refusals).filter((scope) => isRule(refusals[scope] ?? []));
  if (impairing.includes(vendorScope)) return `${vendor} does not take the credentials of its connection`;
  const isLevers = impairing.length > 0 && !impairing.some((scope) => partScopes.includes(scope));
  return isLevers ? 'Lever refuses its connection what it needs' : 'its connection has to be corrected';
}

/** Failures that a change of the connection ends: whoever meets one waits for it. */
export const isOfConnection = (code: ErrorCode): boolean =>
  code === 'connection.disconnected' || code === 'connection.impaired' || code === 'connection.misconfigured';
