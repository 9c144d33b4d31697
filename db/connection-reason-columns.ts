import type { ConnectionReason } from '../domain/connection-reasons';

/** Why a connection is not active, as its row has it. */
export const statusColumns = (reason: ConnectionReason | null) => ({
  status_code: reason?.code ?? null,
  status_reason: reason?.detail ?? null,
});
