/** Notes who did what through the api; `detail` is sealed, and holds nothing of candidates. */
export type AuditWriter = (entry: {
  actor: string;
  action: string;
  target: string;
  detail: Record<string, unknown>;
}) => Promise<void>;
