/** Notes who did what through the api; `detail` holds nothing personal. */
export type AuditWriter = (entry: {
  actor: string;
  action: string;
  target: string;
  detail: Record<string, unknown>;
}) => Promise<void>;
