import { z } from 'zod';

const ms = z.number().int().nonnegative();

/**
 * Switches for everything that no witness of Lever's behaviour settles, changeable while the simulator runs.
 * Delays end in `Ms` (milliseconds), lives in `Seconds`.
 */
export const behaviourSchema = z.strictObject({
  /** `as-documented`: `perform_as` required only where the docs say so; `required`: on every opportunity write. */
  performAs: z.enum(['as-documented', 'required']),
  /** Token bucket per credential; `false` lifts it. */
  rate: z.union([
    z.literal(false),
    z.strictObject({ perSecond: z.number().positive(), burst: z.number().positive() }),
  ]),
  /** Whether a 429 of the bucket carries `Retry-After`. */
  retryAfter: z.boolean(),
  /** Being created in a stage sends candidateStageChange with `fromStageId` null. */
  stageChangeOnCreate: z.boolean(),
  /** Whether a custom tag put on a posting later reaches the opportunities that already exist. */
  laterPostingTags: z.enum(['ignored', 'inherited']),
  /** Waits before each further try of a failed delivery; their number is the number of retries. */
  webhookRetryDelaysMs: z.array(ms),
  webhookTimeoutMs: ms.min(1),
  /** A retry signs anew with another token instead of repeating the body byte for byte. */
  freshTokenOnRetry: z.boolean(),
  /** Whether deliveries carry `id`. */
  webhookIds: z.boolean(),
  /** Refuse webhook addresses without TLS, as Lever does; off because a simulation runs on loopback. */
  httpsWebhooksOnly: z.boolean(),
  /** Whether an app's webhooks go on after its grant was revoked. */
  webhooksAfterRevoke: z.enum(['keep', 'stop']),
  /** `GET …/files` as a bare array, as the docs print it, instead of the list envelope. */
  bareFileList: z.boolean(),
  /** How long an uploaded file is `processing`. */
  fileProcessingMs: ms,
  /** What happens to a refresh token that was used. */
  tokenMode: z.enum(['rotate-strict', 'rotate-leeway', 'reusable']),
  /** `rotate-leeway`: how long a spent refresh token still works. */
  leewaySeconds: z.number().nonnegative(),
  accessTokenLifeSeconds: z.number().positive(),
  /** After revocation API calls fail at once, or only when the access token runs out. */
  revokeMode: z.enum(['at-once', 'at-expiry']),
  /** How many past deliveries are kept; Lever's history holds up to 1000. */
  deliveryHistory: z.number().int().positive(),
  /** How many logged requests are kept. */
  requestHistory: z.number().int().positive(),
});

export type Behaviour = z.infer<typeof behaviourSchema>;
export const behaviourPatchSchema = behaviourSchema.partial();
export type BehaviourPatch = z.infer<typeof behaviourPatchSchema>;

export const DEFAULT_BEHAVIOUR: Behaviour = {
  performAs: 'as-documented',
  rate: { perSecond: 10, burst: 20 },
  retryAfter: false,
  stageChangeOnCreate: false,
  laterPostingTags: 'ignored',
  webhookRetryDelaysMs: [10_000, 60_000, 300_000, 1_800_000, 7_200_000],
  webhookTimeoutMs: 10_000,
  freshTokenOnRetry: false,
  webhookIds: true,
  httpsWebhooksOnly: false,
  webhooksAfterRevoke: 'keep',
  bareFileList: false,
  fileProcessingMs: 50,
  tokenMode: 'rotate-strict',
  leewaySeconds: 30,
  accessTokenLifeSeconds: 3600,
  revokeMode: 'at-once',
  deliveryHistory: 1000,
  requestHistory: 50_000,
};

/** Changes only the switches that the patch names; refuses unknown ones (ZodError). */
export function applyPatch(behaviour: Behaviour, patch: unknown): void {
  const given = Object.entries(behaviourPatchSchema.parse(patch)).filter(([, value]) => value !== undefined);
  Object.assign(behaviour, Object.fromEntries(given));
}

/** A partner app registered at Lever. */
export const oauthAppSchema = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  name: z.string().min(1),
  /** `loopback` accepts any address on this machine, so that a demo needs no registration. */
  redirectUris: z.union([z.literal('loopback'), z.array(z.string())]),
});
export type OAuthApp = z.infer<typeof oauthAppSchema>;

export interface LeverSimulatorOptions extends BehaviourPatch {
  /** 0 or absent: any free port. */
  port?: number;
  /** API key of the seeded account, with every permission. */
  apiKey?: string;
  /** Start with all event groups switched on, as if the Super Admin had done so. */
  webhooksEnabled?: boolean;
  /** `account`: stages, users, postings, candidates; `empty`: nothing but what `admin.load` brings. */
  seed?: 'account' | 'empty';
  apps?: OAuthApp[];
}
