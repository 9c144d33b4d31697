/**
 * Refused messages are recorded too, but whoever floods an address must not fill the database: beyond this many in a
 * minute they are only counted.
 */
const perMinute = 120;
const windowMs = 60_000;

/** Whether one more refusal may be recorded under a name (a connection, or all unknown addresses together). */
export function createRefusalBudget(limit = perMinute) {
  const spent = new Map<string, { since: number; count: number }>();
  return (name: string, now: number): boolean => {
    const entry = spent.get(name);
    if (!entry || now - entry.since >= windowMs) {
      spent.set(name, { since: now, count: 1 });
      return true;
    }
    entry.count += 1;
    return entry.count <= limit;
  };
}
export type RefusalBudget = ReturnType<typeof createRefusalBudget>;
