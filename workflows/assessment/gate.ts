import { CancellationScope, condition } from '@temporalio/workflow';

/**
 * Keeps news out while a local activity is under way, so that they find the run where a replay would find it, too. When a
 * query is answered just as a local activity ends, the SDK puts its marker into the history one task before the workflow
 * hears of it: what comes in between is behind the marker in every replay, but was ahead of the answer when it happened.
 * So nothing may ask whether somebody waits outside.
 */
export class Gate {
  private local = 0;
  private waiting: (() => void)[] = [];

  /** Carries out a local activity. */
  async during<T>(activity: () => Promise<T>): Promise<T> {
    this.local += 1;
    try {
      return await activity();
    } finally {
      this.local -= 1;
    }
  }

  /** Returns when whoever waits here may come in. */
  passed(): Promise<void> {
    return new Promise((resolve) => this.admit(resolve));
  }

  /** Carries out in its turn what is not stopped with the workflow: one that was asked to stop still writes what it owes Lever. */
  unstoppable<T>(action: () => Promise<T>): Promise<T> {
    return CancellationScope.nonCancellable(async () => {
      await this.passed();
      return action();
    });
  }

  /** Lets something in: at once, else in its turn, when what follows the local activity has come to rest. */
  admit(arrival: () => void): void {
    if (this.local === 0 && this.waiting.length === 0) return arrival();
    this.waiting.push(arrival);
    if (this.waiting.length > 1) return;
    void condition(() => this.local === 0).then(() => {
      for (const each of this.waiting.splice(0)) each();
    });
  }
}
