import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Connection,
  type LeverEventName,
  leverEvents,
  type RegisteredWebhook,
} from '../../domain/connection';
import { type ErrorCode, FulcrumError } from '../../domain/errors';
import type { LeverAccount } from './lever-account';

/** Rerun deliveries are signed with the token of their time; Lever keeps them for two weeks (lever-api 4.4). */
const keptTokens = 40;

export const withToken = (token: string, tokens: readonly string[]): string[] =>
  [token, ...tokens.filter((known) => known !== token)].slice(0, keptTokens);

/** Whether each event has a webhook of ours at this address. */
export const isRegisteredAt = ({ webhooks }: Pick<Connection, 'webhooks'>, url: string): boolean =>
  leverEvents.every((event) => webhooks.some((webhook) => webhook.event === event && webhook.url === url));

export interface Registering {
  account: LeverAccount;
  /** Read after the lock was taken. */
  connection: Connection;
  /** Where Lever is to call. */
  url: string;
  /** How long Lever may still work on a request whose answer was not heard, ms. */
  unclearDelayMs: number;
  signal?: AbortSignal;
  /** Stores all webhooks that are ours from now on, and the signing token of one that was made, which Lever says once. */
  keep: (webhooks: RegisteredWebhook[], signatureToken?: string) => Promise<unknown>;
}

/** The first, and what is tried again when it is not known whether a webhook was made. */
const tries = 3;
/** A look first is what makes the repeat safe. */
const worthAnotherTry = new Set<ErrorCode>(['lever.unclear', 'lever.rate_limited']);

/**
 * Sees that each event has exactly one webhook with this connection's address. Webhooks of other addresses are none of
 * our business, unless they are ours by id: then the hub has moved. One at our address whose token we never got (an
 * unclear answer, a process that died) cannot be verified: it is replaced. Safe to repeat, because it looks first
 * (decision 0008).
 * @throws FulcrumError what Lever said; what was done by then is kept
 */
export async function registerWebhooks(registering: Registering): Promise<void> {
  const ours = createOurs(registering);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await repairWebhooks(registering, ours);
      return;
    } catch (error) {
      const again = error instanceof FulcrumError && worthAnotherTry.has(error.code);
      if (!again || attempt === tries) throw error;
      await sleep(registering.unclearDelayMs, undefined, { signal: registering.signal });
    }
  }
}

async function repairWebhooks({ account, connection, url }: Registering, ours: Ours): Promise<void> {
  const listed = await account.listWebhooks(connection);
  const present = new Set<string>();
  for (const event of leverEvents) {
    const here = listed.find((one) => one.event === event && one.url === url && ours.has(one.id));
    // Made before an old one is removed: a stage change in between would be heard by nobody.
    present.add(here?.id ?? (await make(event)));
  }
  for (const { id, url: at } of listed) {
    if (present.has(id) || !(ours.has(id) || at === url)) continue;
    await removeOne(account, connection, id, ours.has(id));
  }
  await ours.only(present);

  async function make(event: LeverEventName): Promise<string> {
    const { id, signatureToken } = await account.createWebhook(connection, event, url);
    await ours.add({ id, event, url }, signatureToken);
    return id;
  }
}

/** The webhooks that are known to be ours, those of former addresses included until they are removed. */
interface Ours {
  has(id: string): boolean;
  add(webhook: RegisteredWebhook, signatureToken: string): Promise<void>;
  /** Keeps those that are there; writes nothing when all are. */
  only(ids: ReadonlySet<string>): Promise<void>;
}

function createOurs({ connection, keep }: Registering): Ours {
  let webhooks = connection.webhooks;
  return {
    has: (id) => webhooks.some((webhook) => webhook.id === id),
    async add(webhook, signatureToken) {
      webhooks = [...webhooks, webhook];
      // At once: Lever may call the next moment, and this process may end.
      await keep(webhooks, signatureToken);
    },
    async only(ids) {
      const left = webhooks.filter((webhook) => ids.has(webhook.id));
      if (left.length === webhooks.length) return;
      webhooks = left;
      await keep(webhooks);
    },
  };
}

/** Takes our webhooks away. @throws FulcrumError what Lever said */
export async function removeWebhooks(
  account: LeverAccount,
  connection: Connection,
  url: string,
): Promise<void> {
  const ours = new Set(connection.webhooks.map((webhook) => webhook.id));
  for (const { id, url: at } of await account.listWebhooks(connection)) {
    if (ours.has(id) || at === url) await removeOne(account, connection, id, ours.has(id));
  }
}

/** That it is gone is what was wanted. One made on Lever's settings page can be removed only there (lever-api 4.1). */
async function removeOne(
  account: LeverAccount,
  connection: Connection,
  id: string,
  isOurs: boolean,
): Promise<void> {
  try {
    await account.deleteWebhook(connection, id);
  } catch (error) {
    if (!(error instanceof FulcrumError)) throw error;
    if (error.code === 'lever.not_found' || (error.code === 'lever.forbidden' && !isOurs)) return;
    throw error;
  }
}
