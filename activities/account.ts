import type { LeverEventName, StageName } from '../domain/connection';
import { tryLever } from './access';
import type { ActivityDeps } from './deps';

/** A user of the customer's Lever account. */
export interface LeverUser {
  id: string;
  accessRole: string | null;
}

export interface ListedWebhook {
  id: string;
  event: string;
  url: string;
}

/**
 * What pages and programs ask of a customer's Lever account. They run as standalone activities on the queue `lever`,
 * so that a person setting something up shares the account's rate with the runs instead of breaking it (decision 0007).
 */
export interface AccountActivities {
  listStages(input: { connectionId: string }): Promise<StageName[]>;
  /** The active user with exactly this e-mail address. */
  findUser(input: { connectionId: string; email: string }): Promise<LeverUser | null>;
  listWebhooks(input: { connectionId: string }): Promise<ListedWebhook[]>;
  createWebhook(input: {
    connectionId: string;
    event: LeverEventName;
    url: string;
  }): Promise<{ id: string; signatureToken: string }>;
  deleteWebhook(input: { connectionId: string; webhookId: string }): Promise<void>;
}

export function createAccountActivities(deps: ActivityDeps): AccountActivities {
  return {
    listStages: ({ connectionId }) =>
      tryLever(deps, connectionId, async (lever) =>
        (await lever.listStages()).map(({ id, text }) => ({ id, text })),
      ),
    findUser: ({ connectionId, email }) =>
      tryLever(deps, connectionId, async (lever) => {
        const [user] = await lever.listUsers({ email });
        return user === undefined ? null : { id: user.id, accessRole: user.accessRole ?? null };
      }),
    listWebhooks: ({ connectionId }) =>
      tryLever(deps, connectionId, async (lever) =>
        (await lever.listWebhooks()).map(({ id, event, url }) => ({ id, event, url })),
      ),
    createWebhook: ({ connectionId, event, url }) =>
      tryLever(deps, connectionId, async (lever) => {
        const { id, signatureToken } = await lever.createWebhook({ event, url });
        return { id, signatureToken };
      }),
    deleteWebhook: ({ connectionId, webhookId }) =>
      tryLever(deps, connectionId, (lever) => lever.deleteWebhook(webhookId)),
  };
}
