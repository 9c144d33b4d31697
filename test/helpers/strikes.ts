import { waitMs } from './limits';

/** A strike that is armed: it waits for its moment, which must come within the limit of every wait. */
export interface ArmedStrike {
  /** Resolves once it was carried out; rejects when its moment does not come, or what it does throws. */
  outcome: Promise<void>;
  /** Its moment is here: from now on `act` alone is waited for. */
  begins(): void;
  /** It was carried out. */
  done(): void;
  failed(error: unknown): void;
  /** Its place is given up: nobody waits for it any more. */
  disarm(): void;
}

const remembered = 10;

/** What passed last, to be told when a strike has waited in vain. */
export function lastSeen(): { note(what: string): void; told(): string } {
  const seen: string[] = [];
  return {
    note: (what) => {
      seen.push(what);
      if (seen.length > remembered) seen.shift();
    },
    told: () => (seen.length === 0 ? 'nothing passed' : `passed last: ${seen.join('; ')}`),
  };
}

/**
 * @param where what the strike stands at
 * @param told what passed there last
 * @param gone called when the strike has waited in vain, so that it hits nothing later
 */
export function armStrike(where: string, told: () => string, gone: () => void): ArmedStrike {
  let done = (): void => undefined;
  let failed = (_error: unknown): void => undefined;
  const outcome = new Promise<void>((resolve, reject) => {
    done = resolve;
    failed = reject;
  });
  // Whoever awaits it hears of it all the same; a test that has failed before must not fail the next one, too.
  outcome.catch(() => undefined);
  const timer = setTimeout(() => {
    gone();
    failed(
      new Error(`waited ${waitMs / 1000} s for a strike at ${where}, and its moment did not come; ${told()}`),
    );
  }, waitMs).unref();
  const disarm = (): void => clearTimeout(timer);
  return { outcome, begins: disarm, done, failed, disarm };
}
