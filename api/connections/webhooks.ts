import {
  leverEvents,
  type Connection,
  type ConnectionSecrets,
  type RegisteredWebhook,
} from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import type { LeverAccount } from './lever-account';

/** Rerun deliveries are signed with the token of their time; Lever keeps them for two weeks (lever-api 4.4). */
const keptTokens = 40;

export const withToken = (token: string, tokens: readonly string[]): string[] =>
  [token, ...tokens.filter((known) => known !== token)].slice(0, keptTokens);

/** What there is to store of registering. */
export interface Registration {
  webhooks: RegisteredWebhook[];
  webhookProblem: string | null;
  signatureTokens: string[];
}

/**
 * Sees that each event has exactly one webhook with this connection's address. Webhooks of other addresses are none of
 * our business. One at our address whose token we never got (an unclear answer) cannot be verified: it is replaced. Safe
 * to repeat, because it looks first (design D7). A failure is told, never thrown: the connection stands without it.
 * @param keep stores each new token at once
 */
export async function registerWebhooks(
  account: LeverAccount,
  connection: Connection,
  secrets: ConnectionSecrets,
  url: string,
  keep: (registration: Registration) => Promise<unknown>,
): Promise<Registration> {
  const ours = new Set(connection.webhooks.map((webhook) => webhook.id));
  const webhooks: RegisteredWebhook[] = [];
  let { signatureTokens } = secrets;
  try {
    const listed = await account.listWebhooks(connection);
    for (const event of leverEvents) {
      const here = listed.filter((webhook) => webhook.event === event && webhook.url === url);
      const kept = here.find((webhook) => ours.has(webhook.id));
      if (kept) webhooks.push({ id: kept.id, event, url });
      for (const stale of listed) {
        const isOurs = stale.event === event && (ours.has(stale.id) || stale.url === url);
        if (isOurs && stale.id !== kept?.id) await account.deleteWebhook(connection, stale.id);
      }
      if (kept) continue;
      const made = await account.createWebhook(connection, event, url);
      webhooks.push({ id: made.id, event, url });
      signatureTokens = withToken(made.signatureToken, signatureTokens);
      // Lever says it once, and may call the next moment.
      await keep({ webhooks, webhookProblem: null, signatureTokens });
    }
    return { webhooks, webhookProblem: null, signatureTokens };
  } catch (error) {
    return { webhooks, webhookProblem: problemOf(error), signatureTokens };
  }
}

/** Takes our webhooks away; answers why it could not, or null. */
export async function removeWebhooks(
  account: LeverAccount,
  connection: Connection,
  url: string,
): Promise<string | null> {
  const ours = new Set(connection.webhooks.map((webhook) => webhook.id));
  try {
    for (const webhook of await account.listWebhooks(connection)) {
      if (ours.has(webhook.id) || webhook.url === url) await account.deleteWebhook(connection, webhook.id);
    }
    return null;
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof FulcrumError)) throw error;
  return `${error.code}: ${error.message}`;
}
