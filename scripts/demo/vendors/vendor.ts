import type { VendorId } from '../../../domain/ids';
import type { LeverAdmin } from '../../../simulators/lever/admin';

/** What Lever shows at a plan trigger: all of these, and none of `gone`. */
export interface Shown {
  tags: string[];
  links: string[];
  /** Pieces of text, one for each note; none: there must be no note. */
  notes: string[];
  /** How the names of files begin. */
  files?: string[];
  gone: string[];
}

/** A vendor as the demo needs it. */
export interface DemoVendor {
  id: VendorId;
  label: string;
  /** The stage of the simulated account that starts an assessment of this vendor; null: the vendor begins by itself. */
  stage: string | null;
  /** @param port of its simulator; 0: any free one */
  start(port: number, lever: LeverAdmin): Promise<RunningVendor>;
}

/** The hub as the vendor's own program uses it. */
export interface Partner {
  apiUrl: string;
  token: string;
  customer: string;
  lever: { apiUrl: string; apiKey: string };
}

export interface RunningVendor {
  /** Root of its pages; the candidates' mailbox is at `/mailbox`. */
  url: string;
  /** Tells the hub where it is. */
  env: Record<string, string>;
  credentials: Record<string, unknown>;
  /** Settings of the connection, beside its trigger stage. */
  settings: Record<string, unknown>;
  /** What the demo's candidate applies to. */
  postingId: string;
  /** Told where the hub takes events, by a vendor that has one address for all of them. */
  connected?(callbackUrl: string): void;
  /** Told how to reach the hub, by a vendor whose own pages carry on the customer's integration with Lever. */
  joined?(partner: Partner): void;
  /** Has a vendor that begins by itself ask this person. */
  begin?(person: { name: string; email: string }): void;
  /** The vendor's ids of this person's invitations. */
  invitations(email: string): string[];
  /** How many e-mails this person got. */
  mails(email: string): number;
  /** The candidate finishes. */
  complete(ref: string): void;
  shows(trigger: 'invited' | 'completed', ref: string): Shown;
  stop(): Promise<void>;
}
