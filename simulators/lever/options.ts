import { z } from 'zod';

const ms = z.number().int().nonnegative();
const seconds = z.number().positive();

/** Writes on one opportunity, named as in their routes. */
export const WRITES = [
  'addTags',
  'removeTags',
  'addLinks',
  'removeLinks',
  'addSources',
  'removeSources',
  'stage',
  'archived',
] as const;

/** Answers of `/v1` and its limits. */
const apiSwitches = {
  /** `as-documented`: `perform_as` required only where the docs say so; `required`: on every opportunity write. */
  performAs: z.enum(['as-documented', 'required']),
  /** Trouble at Lever: every request to the API is answered with 401, whatever credential it shows. */
  outage: z.enum(['none', 'unauthorized']),
  /** Token bucket per credential; `false` lifts it. */
  rate: z.union([
    z.literal(false),
    z.strictObject({ perSecond: z.number().positive(), burst: z.number().positive() }),
  ]),
  /** What an OAuth caller's bucket counts: all calls of its app, of one access token, or of the whole account. */
  rateBucket: z.enum(['app', 'token', 'account']),
  /** Whether a 429 of the bucket carries `Retry-After`. */
  retryAfter: z.boolean(),
  /** Whether 401, 403 and 429 have Lever's error body or none; nobody has shown one. */
  refusalBody: z.enum(['json', 'none']),
  /** Both codes were seen on a 404. */
  notFoundCode: z.enum(['ResourceNotFound', 'NotFoundError']),
  /** `ignored`: a credential may do what its permissions do not name. */
  scopes: z.enum(['enforced', 'ignored']),
  /** What the account pays for. With a plan that includes no API every request is refused (403). */
  plan: z.enum(['LeverTRM', 'LeverTRM for Enterprise', 'other']),
  /** Filters of different names: an item passes all of them, or any. */
  differentFilters: z.enum(['narrow', 'union']),
  /** Writes whose answer shows the contact's data as empty. */
  blankAnswers: z.array(z.enum(WRITES)),
  /** Removing a tag, link or source that is not there. */
  removeAbsent: z.enum(['ignored', 'refused']),
  /** The same note or file a second time: another one, or the first one again. */
  repeats: z.enum(['doubled', 'merged']),
  /** Creating a note answers with the whole note (seen live) or as printed, with `noteId` alone. */
  noteAnswer: z.enum(['whole', 'id-only']),
  /** Characters of a note beyond which it is refused. */
  noteLimit: z.union([z.literal(false), z.number().int().positive()]),
  /** Tags shown on an archived opportunity: all, only its own ones, none. */
  archivedTags: z.enum(['kept', 'own', 'none']),
  /** Whether a custom tag put on a posting later reaches the opportunities that already exist. */
  laterPostingTags: z.enum(['ignored', 'inherited']),
  /** `GET …/files` as a bare array, as the docs print it, instead of the list envelope. */
  bareFileList: z.boolean(),
  /** `uploadedAt` and `size` of a file as numbers, or in quotes as in the printed sample. */
  fileNumbers: z.enum(['numbers', 'quoted']),
  /** How long an uploaded file is `processing`; 0 makes it `processed` in the answer already. */
  fileProcessingMs: ms,
  /** What processing leads to: by type `processed` or `unsupported`, always `error`, always null. */
  fileOutcome: z.enum(['by-type', 'error', 'null']),
  /** Status of a successful upload. */
  uploadStatus: z.union([z.literal(201), z.literal(200)]),
  /** An upload that takes longer is refused with 408 `RequestTimeout`. */
  uploadTimeoutMs: ms.min(1),
  /** How long reading opportunities lags behind what happened to them, and behind the webhooks that tell of it. */
  apiLagMs: ms,
  /** How many logged requests are kept. */
  requestHistory: z.number().int().positive(),
};

const webhookSwitches = {
  /** A move through the API sends candidateStageChange like one by hand. */
  stageChangeOnApiMove: z.boolean(),
  /** Being created in a stage sends candidateStageChange with `fromStageId` null. */
  stageChangeOnCreate: z.boolean(),
  /** Creating a webhook answers `data.data`, as printed, instead of `data`. */
  nestedWebhookAnswer: z.boolean(),
  /** Waits before each further try of a failed delivery. */
  webhookRetryDelaysMs: z.array(ms),
  /** Whether Lever's five tries come after the first one or include it; then the last wait is left out. */
  webhookTries: z.enum(['five-further', 'five-in-all']),
  /** A later answer, even 200, is a failure. */
  webhookTimeoutMs: ms.min(1),
  /** A retry signs anew with another token instead of repeating the body byte for byte. */
  freshTokenOnRetry: z.boolean(),
  /** Whether deliveries carry `id`. */
  webhookIds: z.boolean(),
  /** Refuse webhook addresses without TLS, as Lever does; off because a simulation runs on loopback. */
  httpsWebhooksOnly: z.boolean(),
  /** Whether an app's webhooks go on after its grant was revoked. */
  webhooksAfterRevoke: z.enum(['keep', 'stop']),
  /** How many past deliveries are kept; Lever's history holds up to 1000. */
  deliveryHistory: z.number().int().positive(),
};

const oauthSwitches = {
  /** The consent page is shown always, or only when the app has no access yet, asks for more, or sends `prompt`. */
  consent: z.enum(['always', 'when-needed']),
  codeLifeSeconds: seconds,
  /** What happens to a refresh token that was used. */
  tokenMode: z.enum(['rotate-strict', 'rotate-leeway', 'reusable']),
  /** `rotate-leeway`: how long a spent refresh token still works. */
  leewaySeconds: z.number().nonnegative(),
  accessTokenLifeSeconds: seconds,
  /** Access tokens in the documented form, or without any. */
  accessTokens: z.enum(['jwt', 'opaque']),
  /** What Auth0 calls a refresh token that is dead; `invalid_grant` by its documentation, the others as tenants answer. */
  deadTokenError: z.enum(['invalid_grant', 'access_denied', 'unauthorized_client']),
  /** Status of `invalid_grant`: Auth0's 403, or 400 as the OAuth standard has it. */
  invalidGrantStatus: z.union([z.literal(403), z.literal(400)]),
  /** Errors of the token endpoint as `{error, error_description}` or in Lever's own form. */
  oauthErrorBody: z.enum(['auth0', 'lever']),
  /** After revocation API calls fail at once, or only when the access token runs out. */
  revokeMode: z.enum(['at-once', 'at-expiry']),
};

/**
 * Switches for everything that no witness of Lever's behaviour settles, changeable while the simulator runs. The
 * README tells which section of `docs/lever-api.md` each one stands for. Delays end in `Ms` (milliseconds), lives in `Seconds`.
 */
export const behaviourSchema = z.strictObject({ ...apiSwitches, ...webhookSwitches, ...oauthSwitches });

export type Behaviour = z.infer<typeof behaviourSchema>;
export const behaviourPatchSchema = behaviourSchema.partial();
export type BehaviourPatch = z.infer<typeof behaviourPatchSchema>;

export const DEFAULT_BEHAVIOUR: Behaviour = {
  performAs: 'as-documented',
  outage: 'none',
  rate: { perSecond: 10, burst: 20 },
  rateBucket: 'app',
  retryAfter: false,
  refusalBody: 'json',
  notFoundCode: 'ResourceNotFound',
  scopes: 'enforced',
  plan: 'LeverTRM',
  differentFilters: 'narrow',
  blankAnswers: ['addTags', 'removeTags', 'addSources', 'removeSources', 'stage', 'archived'],
  removeAbsent: 'ignored',
  repeats: 'doubled',
  noteAnswer: 'whole',
  noteLimit: false,
  archivedTags: 'kept',
  laterPostingTags: 'ignored',
  bareFileList: false,
  fileNumbers: 'numbers',
  fileProcessingMs: 50,
  fileOutcome: 'by-type',
  uploadStatus: 201,
  uploadTimeoutMs: 60_000,
  apiLagMs: 0,
  requestHistory: 50_000,
  stageChangeOnApiMove: true,
  stageChangeOnCreate: false,
  nestedWebhookAnswer: false,
  webhookRetryDelaysMs: [10_000, 60_000, 300_000, 1_800_000, 7_200_000],
  webhookTries: 'five-further',
  webhookTimeoutMs: 10_000,
  freshTokenOnRetry: false,
  webhookIds: true,
  httpsWebhooksOnly: false,
  webhooksAfterRevoke: 'keep',
  deliveryHistory: 1000,
  consent: 'always',
  codeLifeSeconds: 600,
  tokenMode: 'rotate-strict',
  leewaySeconds: 30,
  accessTokenLifeSeconds: 3600,
  accessTokens: 'jwt',
  deadTokenError: 'invalid_grant',
  invalidGrantStatus: 403,
  oauthErrorBody: 'auth0',
  revokeMode: 'at-once',
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
