import type { OperatorEvent, VendorEvent } from '../../domain/events';

/**
 * The one way in (decision 0009): whatever reaches a run is taken in the order it came, once, and nothing that came too
 * early is lost.
 */

export type InboxItem =
  | { kind: 'vendor'; key: string; event: VendorEvent; vendorRef: string | null }
  /** Something happened to the opportunity; the run checks what. */
  | {
      kind: 'opportunity';
      key: string;
      hint: string;
      toldAt?: number;
      /** How often a check found nothing; absent: it was not checked yet. */
      looks?: number;
    }
  | { kind: 'operator'; key: string; event: OperatorEvent };

/** What an inbox is made from; `seen`: the keys that it knows. */
export interface InboxState {
  waiting: InboxItem[];
  held: InboxItem[];
  deferred: InboxItem[];
  seen: string[];
}

/** Whether the vendor has called, and its own name for the invitation where it told one. */
export interface VendorContact {
  heard: boolean;
  knownRef: string | null;
}

/** Whether there is now more to find an invitation by. */
export const saysMore = (now: VendorContact, before: VendorContact): boolean =>
  (now.heard && !before.heard) || (now.knownRef !== null && before.knownRef === null);

/** Enough to know every repeat of a run that lasts weeks, and small enough to be carried on. */
const longestMemory = 1_000;

export class Inbox {
  private waiting: InboxItem[];
  private held: InboxItem[];
  private deferred: InboxItem[];
  private readonly seen: Set<string>;

  constructor(carried: InboxState) {
    this.waiting = [...carried.waiting];
    this.held = [...carried.held];
    this.deferred = [...carried.deferred];
    this.seen = new Set(carried.seen);
  }

  /** False: the same was already taken, and is dropped. */
  put(item: InboxItem): boolean {
    if (this.seen.has(item.key)) return false;
    this.seen.add(item.key);
    this.waiting.push(item);
    return true;
  }

  take(): InboxItem | undefined {
    return this.waiting.shift();
  }

  /** Keeps an event that came before the run could understand it. */
  hold(item: InboxItem): void {
    this.held.push(item);
  }

  /** Puts everything held back in front, in its own order. */
  release(): void {
    this.waiting.unshift(...this.held.splice(0));
  }

  /** Keeps what cannot be checked now, so that everything behind it goes on. */
  defer(item: InboxItem): void {
    this.deferred.push(item);
  }

  get hasDeferred(): boolean {
    return this.deferred.length > 0;
  }

  /** Puts what was deferred in front again, in its own order. */
  recall(): void {
    this.waiting.unshift(...this.deferred.splice(0));
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** What a person or Lever wants now, even while the vendor is still being asked. */
  get hasInterruption(): boolean {
    return this.waiting.some((item) => item.kind !== 'vendor');
  }

  /** What a person wants now. */
  get hasOperator(): boolean {
    return this.waiting.some((item) => item.kind === 'operator');
  }

  /** What the news of the vendor's that wait here say of the invitation, which they prove. */
  get vendorContact(): VendorContact {
    const news = [...this.held, ...this.waiting].filter((item) => item.kind === 'vendor');
    const named = news.find(({ vendorRef }) => vendorRef !== null);
    return { heard: news.length > 0, knownRef: named?.vendorRef ?? null };
  }

  snapshot(): InboxState {
    return {
      waiting: this.waiting,
      held: this.held,
      deferred: this.deferred,
      seen: [...this.seen].slice(-longestMemory),
    };
  }
}
