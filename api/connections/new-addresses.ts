import type { Connection } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import { newWebhookKey } from './draft';
import type { RegistrationDeps } from './registration';
import { createRegistration } from './registration';

/**
 * Calls a connection anew: another callback address, and another one for Lever's webhooks, which are registered there.
 * Whoever has the present ones is heard until the grace time is over.
 */
export function createAddressRenewal(
  deps: RegistrationDeps & { changed: (connection: Connection) => Promise<void> },
): (id: string, graceMs: number) => Promise<Connection> {
  const { store, addressRing } = deps;
  const registration = createRegistration(deps);
  return async (id, graceMs) => {
    const connection = await store.get(id);
    if (!connection) throw new FulcrumError('connection.missing', `There is no connection "${id}".`);
    const { key, addressGeneration, formerAddresses } = connection;
    const now = Date.now();
    const replaced = { generation: addressGeneration, webhookKey: key, until: now + graceMs };
    const renewed = await store.update(id, {
      key: newWebhookKey(),
      addressKey: addressRing.first.id,
      addressGeneration: addressGeneration + 1,
      formerAddresses: [replaced, ...formerAddresses].filter(({ until }) => until > now),
    });
    await store.refresh();
    await deps.changed(renewed);
    return registration.register(id);
  };
}
