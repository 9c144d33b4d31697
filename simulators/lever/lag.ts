import type { Opportunity } from './model';

/** An opportunity as it was until then, ms since 1970; null: it was not there yet. */
interface Past {
  until: number;
  as: Opportunity | null;
}

/** What readers of a copy that lags behind the account still see (switch `apiLagMs`). */
export class Lag {
  private readonly pasts = new Map<string, Past[]>();

  constructor(
    private readonly lagMs: () => number,
    private readonly now: () => number,
  ) {}

  /** To be called before each change; null before the opportunity is made. */
  remember(id: string, before: Opportunity | null): void {
    if (this.lagMs() === 0) return;
    const all = this.pasts.get(id) ?? [];
    all.push({ until: this.now(), as: structuredClone(before) });
    this.pasts.set(id, all);
  }

  /** The opportunity as the API shows it now; null: not yet. */
  seen(present: Opportunity): Opportunity | null {
    const moment = this.now() - this.lagMs();
    const past = this.pasts.get(present.id)?.find(({ until }) => until > moment);
    return past === undefined ? present : past.as;
  }
}
