import type { AuditEntry } from '../db/repositories/audit';

/**
 * Notes who did what through the api; `detail` is sealed, and holds nothing of candidates. Requests to `/api/v1` are
 * recorded by `serve` (`middleware/recording.ts`); what others cause records itself.
 * @returns the id of the line
 */
export type AuditWriter = (entry: AuditEntry) => Promise<string>;
