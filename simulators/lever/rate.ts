import type { Behaviour } from './options';

interface Bucket {
  tokens: number;
  at: number;
}

/** Token bucket per credential: `perSecond` steady, `burst` deep (lever-api 3.1). */
export class RateBuckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly behaviour: Behaviour) {}

  /** Takes one token; answers 0, or the milliseconds until the next one. */
  take(credential: string): number {
    const { rate } = this.behaviour;
    if (rate === false) return 0;
    // The real clock, not the account's: moving the account's clock must not fill buckets.
    const now = performance.now();
    const bucket = this.buckets.get(credential) ?? { tokens: rate.burst, at: now };
    const tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * rate.perSecond);
    const granted = tokens >= 1;
    this.buckets.set(credential, { tokens: granted ? tokens - 1 : tokens, at: now });
    return granted ? 0 : Math.ceil(((1 - tokens) / rate.perSecond) * 1000);
  }
}
