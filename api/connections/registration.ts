import type { Connection, ConnectionSecrets } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import type { LeverAccount } from './lever-account';
import { type Addresses, webhookUrl } from './present';
import { isRegisteredAt, registerWebhooks, removeWebhooks, withToken } from './webhooks';

/** Where a connection's webhooks and their signing tokens are kept. */
export interface RegistrationStore {
  get(id: string): Promise<Connection | null>;
  update(id: string, patch: Partial<Omit<Connection, 'id' | 'createdAt'>>): Promise<Connection>;
  changeSecrets(id: string, change: (secrets: ConnectionSecrets) => ConnectionSecrets): Promise<void>;
  secrets(id: string): Promise<ConnectionSecrets>;
  withRegistrationLock<T>(id: string, waitMs: number, fn: () => Promise<T>): Promise<T>;
  refresh(): Promise<void>;
}

export interface RegistrationDeps extends Addresses {
  store: RegistrationStore;
  account: LeverAccount;
  unclearDelayMs: number;
}

/** One registration at a time per connection, in whatever process; each function answers the connection afterwards. */
export interface Registration {
  /** A failure is told in `webhookProblem`, never thrown: the connection stands without its webhooks. */
  register(id: string): Promise<Connection>;
  /**
   * The same without anybody waiting for it. A failure is thrown, and told in `webhookProblem` as well unless the
   * webhooks stood: that Lever could not be asked says nothing against them.
   */
  checkWebhooks(id: string, signal: AbortSignal): Promise<Connection>;
  /** Takes the webhooks away and forgets their tokens; what cannot be done is told in `webhookProblem`. */
  remove(id: string): Promise<Connection>;
}

/** As long as a person waits, and longer than a registration takes that meets no trouble. */
const lockWaitMs = 30_000;

/** Tells webhooks that are not there yet from those that somebody made by hand, also when this process ends midway. */
const begun = 'the webhooks are being registered';

export function createRegistration(deps: RegistrationDeps): Registration {
  const { store, account, unclearDelayMs } = deps;

  const existing = async (id: string): Promise<Connection> => {
    const connection = await store.get(id);
    if (connection) return connection;
    throw new FulcrumError('connection.missing', `There is no connection "${id}".`);
  };

  const alone = (
    id: string,
    waitMs: number,
    fn: (connection: Connection) => Promise<Connection>,
  ): Promise<Connection> =>
    // What the last one stored is seen only by reading under the lock.
    store.withRegistrationLock(id, waitMs, async () => fn(await existing(id)));

  /** Whether somebody made the webhooks in Lever and gave us the token: the hub leaves such alone (decision 0025). */
  const isManual = async ({ id, webhooks, webhookProblem }: Connection): Promise<boolean> =>
    webhooks.length === 0 && webhookProblem === null && (await store.secrets(id)).signatureTokens.length > 0;

  const keep = async (id: string, patch: Partial<Connection>): Promise<Connection> => {
    const kept = await store.update(id, patch);
    await store.refresh();
    return kept;
  };

  const bringAbout = async (connection: Connection, signal?: AbortSignal): Promise<Connection> => {
    const { id, webhooks, webhookProblem } = connection;
    const isFirst = webhooks.length === 0 && webhookProblem === null;
    let latest = isFirst ? await keep(id, { webhookProblem: begun }) : connection;
    await registerWebhooks({
      account,
      connection: latest,
      url: webhookUrl(deps, connection),
      unclearDelayMs,
      ...(signal && { signal }),
      keep: async (webhooks, signatureToken) => {
        if (signatureToken !== undefined) {
          await store.changeSecrets(id, (secrets) => ({
            ...secrets,
            signatureTokens: withToken(signatureToken, secrets.signatureTokens),
          }));
        }
        latest = await keep(id, { webhooks });
      },
    });
    return latest.webhookProblem === null ? latest : keep(id, { webhookProblem: null });
  };

  return {
    register: (id) =>
      alone(id, lockWaitMs, async (connection) => {
        if (connection.status === 'disabled' || (await isManual(connection))) return connection;
        try {
          return await bringAbout(connection);
        } catch (error) {
          return keep(id, { webhookProblem: problemOf(error) });
        }
      }),

    checkWebhooks: (id, signal) =>
      // Whoever is at it just now may be at it for long; there is a next time.
      alone(id, 0, async (connection) => {
        const { status, webhookProblem } = connection;
        if (status !== 'active' && status !== 'paused' && status !== 'impaired') return connection;
        if (await isManual(connection)) return connection;
        const stands = webhookProblem === null && isRegisteredAt(connection, webhookUrl(deps, connection));
        try {
          return await bringAbout(connection, signal);
        } catch (error) {
          if (!stands && !signal.aborted) await keep(id, { webhookProblem: problemOf(error) });
          throw error;
        }
      }),

    remove: (id) =>
      alone(id, lockWaitMs, async (connection) => {
        // None was made, they are away already, or somebody made them by hand: the hub leaves such alone.
        if (connection.webhooks.length === 0 && connection.webhookProblem === null) return connection;
        try {
          await removeWebhooks(account, connection, webhookUrl(deps, connection));
        } catch (error) {
          return keep(id, { webhookProblem: problemOf(error) });
        }
        await store.changeSecrets(id, (secrets) => ({ ...secrets, signatureTokens: [] }));
        return keep(id, { webhooks: [], webhookProblem: null });
      }),
  };
}

function problemOf(error: unknown): string {
  if (!(error instanceof FulcrumError)) throw error;
  return `${error.code}: ${error.message}`;
}
