import type { ErrorCode } from '../../domain/errors';
import type { RunRecord, TimelineKind } from '../../domain/records';
import type { Display } from './display';
import type { KnownFacts } from './known-facts';
import type { Ledger } from './ledger';

/** What every line says of the run as it is by then. */
export type Standing = Pick<RunRecord, 'status' | 'suspended' | 'attention'>;

/** The run's lines for people, each with the run's status and the facts that no line before has told. */
export class Timeline {
  constructor(
    private readonly ledger: Pick<Ledger, 'addRecord'>,
    private readonly facts: Pick<KnownFacts, 'takeUntold' | 'remember'>,
    private readonly display: Pick<Display, 'showError'>,
    private readonly standing: () => Standing,
  ) {}

  add(kind: TimelineKind, detail: string | null, closed = false): void {
    const facts = this.facts.takeUntold();
    this.ledger.addRecord({
      ...this.line(kind, detail),
      ...(Object.keys(facts).length > 0 && { facts }),
      ...(closed && { closed }),
    });
  }

  /** As it would be now, without being added. */
  line(kind: TimelineKind, detail: string | null): Omit<RunRecord, 'seq' | 'at'> {
    return { ...this.standing(), kind, detail };
  }

  /** Lever or the connection's settings stand in the way of something that is not part of a plan. */
  addTrouble(code: ErrorCode, message: string): void {
    this.rememberError(code);
    this.add('effect_failed', `${code}: ${message}`);
  }

  rememberError(code: ErrorCode): void {
    this.facts.remember({ lastError: code });
    this.display.showError(code);
  }
}
