import type { Connection } from '../../domain/connection';
import type { AnyVendor } from '../../vendors/define';
import { InputError } from '../middleware/problem';
import type { ConnectionStore } from './store';

/**
 * Puts the credentials in place that came with a reconnection. Those of a connection that was disabled for long were
 * removed, and have to.
 * @throws InputError `input.invalid` where they are needed and do not
 */
export async function takeCredentials(
  store: Pick<ConnectionStore, 'secrets' | 'changeSecrets'>,
  vendor: AnyVendor,
  { id }: Connection,
  given: Record<string, unknown> | undefined,
): Promise<void> {
  if (given !== undefined) {
    return store.changeSecrets(id, (secrets) => ({ ...secrets, credentials: given }));
  }
  const { credentials } = await store.secrets(id);
  const isEmpty = Object.keys(credentials).length === 0;
  if (!isEmpty || vendor.credentials.safeParse(credentials).success) return;
  throw new InputError(
    'input.invalid',
    'The vendor\'s credentials were removed because the connection was disabled for long: give them as "credentials".',
    [{ path: 'body.credentials', message: 'is needed to reconnect' }],
  );
}
