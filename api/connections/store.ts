import type { ConnectionPatch } from '../../db/repositories/connections';
import type { StoredGrant } from '../../db/repositories/grants';
import type { Connection, ConnectionSecrets, LeverGrant } from '../../domain/connection';

/** What the connection service keeps connections in. */
export interface ConnectionStore {
  insert(connection: Connection, secrets: ConnectionSecrets, grant: LeverGrant | null): Promise<void>;
  get(id: string): Promise<Connection | null>;
  update(id: string, patch: ConnectionPatch): Promise<Connection>;
  secrets(id: string): Promise<ConnectionSecrets>;
  changeSecrets(id: string, change: (secrets: ConnectionSecrets) => ConnectionSecrets): Promise<void>;
  /** Runs `fn` while no other process registers this connection's webhooks. */
  withRegistrationLock<T>(id: string, waitMs: number, fn: () => Promise<T>): Promise<T>;
  /** Takes away a connection whose creation was refused, with its grant: nothing was made at Lever for it yet. */
  abandon(id: string): Promise<void>;
  /** Puts a new grant in place and answers what was there, for {@link restoreGrant}. */
  replaceGrant(id: string, grant: LeverGrant): Promise<StoredGrant | null>;
  /** Puts back what was there, as if it had never been replaced. */
  restoreGrant(id: string, stored: StoredGrant | null): Promise<void>;
  removeGrant(id: string): Promise<void>;
  /** Forgets what was refused before; an impaired connection is as its settings want it. */
  mend(id: string): Promise<void>;
  /** Has this process see the change at once; the others hear of it by themselves. */
  refresh(): Promise<void>;
}
