import type { LeverGrant } from '../domain/connection';

/** Where grants are kept; `db/repositories/grants` fulfils it. */
export interface GrantStore {
  read(connectionId: string): Promise<LeverGrant | null>;
  /** Runs `fn` while the row is locked and stores what it returns; null leaves the row as it is. */
  withLocked(
    connectionId: string,
    fn: (grant: LeverGrant | null) => Promise<LeverGrant | null>,
  ): Promise<unknown>;
}
