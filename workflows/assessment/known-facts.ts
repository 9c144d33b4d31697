import type { RunFacts } from '../../domain/records';
import { noTraces, type Traces } from '../../domain/traces';

/** What has become known of a run, and what of it no record has told the database yet. */
export class KnownFacts {
  private untold: RunFacts = {};

  constructor(private facts: RunFacts) {}

  get all(): RunFacts {
    return this.facts;
  }

  get resultDigest(): string | null {
    return this.facts.resultDigest ?? null;
  }

  /** What was done to the opportunity, as far as it matters later. */
  get traces(): Traces {
    return this.facts.traces ?? noTraces;
  }

  /** Facts travel with the next record. */
  remember(facts: RunFacts): void {
    this.facts = { ...this.facts, ...facts };
    this.untold = { ...this.untold, ...facts };
  }

  rememberTraces(traces: Traces): void {
    if (traces !== this.traces) this.remember({ traces });
  }

  /** For the record that tells them. */
  takeUntold(): RunFacts {
    const facts = this.untold;
    this.untold = {};
    return facts;
  }

  /** The same for a record that is written only if something else succeeds, and leaves these traces. */
  untoldWith(traces: Traces): RunFacts {
    return { ...this.untold, ...(traces !== this.traces && { traces }) };
  }
}
