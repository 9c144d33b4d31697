/**
 * How many rows a flood may make. Every message is answered, and one that has something to be done for is always kept; only
 * what leaves nothing to do (refused, ignored, a ping, a repeat) is counted in the place of a row of its own once there are
 * many (`tally.ts`).
 */
export interface RowLimits {
  /** Refused messages of one connection, whoever sends them. */
  refused: Allowance;
  /** … and of one client address at one connection: a stranger's come out of no other sender's. */
  refusedOfAddress: Allowance;
  /**
   * Refused messages of one connection that a person may have taken all the same once its signing token is corrected: a day
   * of honest ones. Each counts for as many rows as it has parts of {@link partBytes}.
   */
  replayable: Allowance;
  /** … and of one client address. */
  replayableOfAddress: Allowance;
  /** Messages of one connection that prove their sender and change nothing. */
  noEffect: Allowance;
  /**
   * What messages of one connection say that nothing reads any more (ignored, repeats, given to a run): KiB in the place of
   * rows. Without a value: the hub's own.
   */
  saidKiB?: Allowance;
}

export interface Allowance {
  /** At once. */
  rows: number;
  /** One more after this time. */
  everyMs: number;
}

/** No message of Lever's is longer. */
const partBytes = 2 * 1024;

/**
 * A large customer moves some thousand candidates a day; nobody has a hundred honest messages refused, but for a wrong
 * signing token, which refuses them all. Whoever fills that from one address leaves half of it.
 */
export const rowLimits: RowLimits = {
  refused: { rows: 100, everyMs: 15 * 60_000 },
  refusedOfAddress: { rows: 20, everyMs: 30 * 60_000 },
  replayable: { rows: 5_000, everyMs: 20_000 },
  replayableOfAddress: { rows: 2_500, everyMs: 40_000 },
  noEffect: { rows: 1_000, everyMs: 10_000 },
};

/** Some tens of thousands of honest messages at once, and as many a day. */
const saidKiB: Allowance = { rows: 32 * 1024, everyMs: 1_000 };

/** Client addresses are a stranger's to choose: the one that was quiet for longest is forgotten, and begins anew. */
const mostNames = 10_000;

/** Whether one more may have a row under a name. @param now ms since 1970 @param cost how many it counts for */
export function createAllowance({ rows, everyMs }: Allowance, most = mostNames) {
  const left = new Map<string, { rows: number; at: number }>();
  return (name: string, now: number, cost = 1): boolean => {
    const known = left.get(name) ?? { rows, at: now };
    const regained = Math.max(0, now - known.at) / everyMs;
    const present = Math.min(rows, known.rows + regained);
    const may = present >= cost;
    left.delete(name);
    left.set(name, { rows: may ? present - cost : present, at: now });
    for (const oldest of left.keys()) {
      if (left.size <= most) break;
      left.delete(oldest);
    }
    return may;
  };
}

/** Remembers names, those that came last. */
export function createRemembered(most = mostNames) {
  const names = new Set<string>();
  return {
    has: (name: string): boolean => names.has(name),
    add(name: string): void {
      names.add(name);
      for (const oldest of names) {
        if (names.size <= most) break;
        names.delete(oldest);
      }
    },
  };
}

export interface RowBudget {
  /** Whether a message that was refused has a row. @param address of the client */
  mayKeepRefused(name: string, address: string, now: number): boolean;
  /** The same for one that may be replayed, and is kept whole. */
  mayKeepReplayable(name: string, address: string, now: number, bytes: number): boolean;
  /** Whether a proven message has a row although nothing follows from it. */
  mayKeepEffectless(name: string, now: number): boolean;
  /** Whether what a message says is kept in its row, although nothing that is still to be done needs it. */
  mayKeepSaid(name: string, now: number, bytes: number): boolean;
}

export function createRowBudget(limits: RowLimits = rowLimits): RowBudget {
  const refused = createAllowance(limits.refused);
  const refusedOfAddress = createAllowance(limits.refusedOfAddress);
  const replayable = createAllowance(limits.replayable);
  const replayableOfAddress = createAllowance(limits.replayableOfAddress);
  const noEffect = createAllowance(limits.noEffect);
  const said = createAllowance(limits.saidKiB ?? saidKiB);
  return {
    // First the address's own: what it has used up is not taken from the others.
    mayKeepRefused: (name, address, now) => refusedOfAddress(`${name} ${address}`, now) && refused(name, now),
    mayKeepReplayable(name, address, now, bytes) {
      const parts = Math.max(1, Math.ceil(bytes / partBytes));
      return replayableOfAddress(`${name} ${address}`, now, parts) && replayable(name, now, parts);
    },
    mayKeepEffectless: noEffect,
    mayKeepSaid: (name, now, bytes) => said(name, now, Math.max(1, Math.ceil(bytes / 1_024))),
  };
}
