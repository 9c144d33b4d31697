/** What became of what a line of the audit tells of (decision 0042). */
export const auditOutcomes = [
  /** Written before a change; the line of what became of it names this one. None follows where the process ended in between. */
  'intended',
  'done',
  /** Not permitted, not there, or not possible. */
  'refused',
  /** Something else stood in the way; part of it may have happened. */
  'failed',
] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** A field that a change has given another value; null: it had none, or has none any more. */
export interface AuditChange {
  before: unknown;
  after: unknown;
}
export type AuditChanges = Record<string, AuditChange>;

/** The fields in which two states of a thing differ. */
export function changesBetween(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): AuditChanges {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(
    names
      .map((name): [string, AuditChange] => [
        name,
        { before: before[name] ?? null, after: after[name] ?? null },
      ])
      .filter(([, change]) => JSON.stringify(change.before) !== JSON.stringify(change.after)),
  );
}
