import type { ConnectionReason } from './connection-reasons';
import type { ConnectionStatus } from './connection-status';
import type { VendorId } from './ids';
import type { Refusals } from './impairment';
import type { Trouble } from './trouble';
import { plainText } from './typed-text';

/** One vendor × one customer's Lever account (decision 0025), as the rest of the hub sees it. */

export type LeverEnvironment = 'production' | 'sandbox';

/** What becomes of the open runs of a connection that is disabled. */
export const runsAtEnd = [
  /** The vendor withdraws the invitation where it can, and the run ends. Lever is no longer written to. */
  'withdraw',
  /** Results are still fetched; what Lever should be told waits until the connection is connected again. */
  'keep',
] as const;
export type RunsAtEnd = (typeof runsAtEnd)[number];

/** The webhooks a connection registers at Lever, one each (decision 0025). */
export const leverEvents = [
  'candidateStageChange',
  'candidateArchiveChange',
  'candidateHired',
  'candidateDeleted',
] as const;
export type LeverEventName = (typeof leverEvents)[number];

export interface RegisteredWebhook {
  /** Lever's id. */
  id: string;
  event: LeverEventName;
  url: string;
}

export interface StageName {
  id: string;
  text: string;
}

/** What a connection was called at before its addresses were renewed. */
export interface FormerAddress {
  /** Of the callback address. */
  generation: number;
  /** The unguessable part of the webhook's address. */
  webhookKey: string;
  /** Until when both are taken, ms since 1970. */
  until: number;
}

export interface Connection {
  id: string;
  /** The unguessable part of the webhook's address. */
  key: string;
  vendor: VendorId;
  /** The customer's name as people write it. */
  customer: string;
  environment: LeverEnvironment;
  status: ConnectionStatus;
  /** Why it is not active; null while it is. */
  statusReason: ConnectionReason | null;
  /** As given and stored; the vendor's schema parses it. */
  settings: Record<string, unknown>;
  leverAccountId: string | null;
  /** Lever user in whose name is written; resolved from the settings when they were saved. */
  performAs: string | null;
  /** The account's stages as last read, in pipeline order. */
  stages: StageName[];
  webhooks: RegisteredWebhook[];
  /** Why the webhooks could not be registered; null when they are. */
  webhookProblem: string | null;
  /** When Lever last called, ms since 1970; a test ping counts. */
  lastHeardAt: number | null;
  /** When Lever first sent an event; a test ping is none. Null: reconciling has not begun (decision 0005). */
  firstHeardAt: number | null;
  /**
   * Since when Lever refuses the access although it is not known to be gone (`refused-access.ts`); null: it takes it, or the
   * access is gone for certain.
   */
  refusedSince: number | null;
  /** Disabled in such a way that its open runs ended, too. */
  endsRuns: boolean;
  /** Who was refused what since it last worked (`domain/impairment.ts`). */
  refusals: Refusals;
  /** What keeps failing although no run asked for it; null: nothing does. */
  trouble: Trouble | null;
  /** Id of the key that makes the callback address which people are shown; null: it was not settled yet. */
  addressKey: string | null;
  /** How often its addresses were made anew. */
  addressGeneration: number;
  /** Addresses that are still taken although newer ones have replaced them. */
  formerAddresses: FormerAddress[];
  createdAt: number;
  updatedAt: number;
}

/** What is sealed at rest and opened only where it is used. */
export interface ConnectionSecrets {
  /** The vendor's credentials; its schema parses them. */
  credentials: Record<string, unknown>;
  /** Signing tokens of all webhooks that may still call, newest first. */
  signatureTokens: string[];
}

/** The right to use one Lever account. */
export type LeverGrant =
  | { kind: 'apiKey'; apiKey: string }
  | {
      kind: 'oauth';
      refreshToken: string;
      /** Null before the first refresh. */
      accessToken: string | null;
      /** Ms since 1970. */
      expiresAt: number | null;
      /** What the customer granted, where it was given on Lever's consent page. */
      scopes?: string[];
    };

/**
 * The id of a stage given by id or exact name; null when the account has none such. Names that look the same are the same,
 * whichever blanks and invisible characters were pasted into them, here or in Lever.
 */
export function findStage(stages: readonly StageName[], idOrName: string): StageName | null {
  const plain = plainText(idOrName);
  return (
    stages.find((stage) => stage.id === idOrName) ??
    stages.find((stage) => stage.text === idOrName) ??
    stages.find((stage) => plain !== '' && stage.id === plain) ??
    stages.find((stage) => plain !== '' && plainText(stage.text) === plain) ??
    null
  );
}
