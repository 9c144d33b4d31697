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
  /** Messages of one connection that prove their sender and change nothing. */
  noEffect: Allowance;
}

export interface Allowance {
  /** At once. */
  rows: number;
  /** One more after this time. */
  everyMs: number;
}

/** A large customer moves some thousand candidates a day; nobody has a hundred honest messages refused. */
export const rowLimits: RowLimits = {
  refused: { rows: 100, everyMs: 15 * 60_000 },
  refusedOfAddress: { rows: 20, everyMs: 30 * 60_000 },
  noEffect: { rows: 1_000, everyMs: 10_000 },
};

/** Client addresses are a stranger's to choose: the one that was quiet for longest is forgotten, and begins anew. */
const mostNames = 10_000;

/** Whether one more may have a row under a name. @param now ms since 1970 */
export function createAllowance({ rows, everyMs }: Allowance, most = mostNames) {
  const left = new Map<string, { rows: number; at: number }>();
  return (name: string, now: number): boolean => {
    const known = left.get(name) ?? { rows, at: now };
    const regained = Math.max(0, now - known.at) / everyMs;
    const present = Math.min(rows, known.rows + regained);
    const may = present >= 1;
    left.delete(name);
    left.set(name, { rows: may ? present - 1 : present, at: now });
    for (const oldest of left.keys()) {
      if (left.size <= most) break;
      left.delete(oldest);
    }
    return may;
  };
}

export interface RowBudget {
  /** Whether a message that was refused has a row. @param address of the client */
  mayKeepRefused(name: string, address: string, now: number): boolean;
  /** Whether a proven message has a row although nothing follows from it. */
  mayKeepEffectless(name: string, now: number): boolean;
}

export function createRowBudget(limits: RowLimits = rowLimits): RowBudget {
  const refused = createAllowance(limits.refused);
  const refusedOfAddress = createAllowance(limits.refusedOfAddress);
  const noEffect = createAllowance(limits.noEffect);
  return {
    // First the address's own: what it has used up is not taken from the others.
    mayKeepRefused: (name, address, now) => refusedOfAddress(`${name} ${address}`, now) && refused(name, now),
    mayKeepEffectless: noEffect,
  };
}
