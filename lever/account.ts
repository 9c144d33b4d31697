import type {
  CreatedWebhook,
  LeverArchiveReason,
  LeverPosting,
  LeverStage,
  LeverUser,
  LeverWebhook,
} from './schemas';
import {
  createdWebhook,
  leverArchiveReason,
  leverPosting,
  leverStage,
  leverUser,
  leverWebhook,
  single,
} from './schemas';
import type { Transport } from './transport';

export interface PostingFilter {
  /** Lever shows only those on the public site for `published`; without a state it shows all. */
  state?: 'published' | 'internal' | 'closed' | 'draft' | 'pending' | 'rejected';
  tag?: string;
  confidentiality?: 'all' | 'confidential' | 'non-confidential';
}

/** What belongs to the customer's account rather than to one opportunity. */
export interface Account {
  /** The smallest request that every connection may send: whether Lever takes the access at all. */
  probe(): Promise<void>;
  getPosting(id: string): Promise<LeverPosting>;
  listPostings(filter?: PostingFilter): AsyncIterable<LeverPosting>;
  /** In pipeline order. */
  listStages(): Promise<LeverStage[]>;
  listArchiveReasons(): Promise<LeverArchiveReason[]>;
  /** Active users with exactly this e-mail address; without one, all active users. */
  listUsers(filter?: { email?: string }): Promise<LeverUser[]>;
  /** Without signature tokens: Lever gives those only once. */
  listWebhooks(): Promise<LeverWebhook[]>;
  /**
   * A repeat makes a second webhook, hence double deliveries: look first.
   * The customer's Super Admin must also switch the event group on in Lever's settings before anything is sent.
   */
  createWebhook(webhook: { url: string; event: string }): Promise<CreatedWebhook>;
  /** Only webhooks made by the API can be deleted by it. */
  deleteWebhook(id: string): Promise<void>;
}

export function account(transport: Transport): Account {
  return {
    async probe() {
      await transport.send({ method: 'GET', route: '/stages', query: { limit: 1 } });
    },
    async getPosting(id) {
      const request = { method: 'GET', route: '/postings/:id', params: { id } } as const;
      return transport.read(request, single(leverPosting));
    },
    listPostings: (filter = {}) =>
      transport.all({ method: 'GET', route: '/postings', query: { ...filter } }, leverPosting),
    listStages: () => gather(transport.all({ method: 'GET', route: '/stages' }, leverStage)),
    listArchiveReasons: () =>
      gather(transport.all({ method: 'GET', route: '/archive_reasons' }, leverArchiveReason)),
    listUsers: (filter = {}) =>
      gather(transport.all({ method: 'GET', route: '/users', query: { ...filter } }, leverUser)),
    listWebhooks: () => gather(transport.all({ method: 'GET', route: '/webhooks' }, leverWebhook)),
    async createWebhook({ url, event }) {
      const request = { method: 'POST', route: '/webhooks', json: { url, event } } as const;
      return transport.read(request, single(createdWebhook));
    },
    async deleteWebhook(id) {
      await transport.send({ method: 'DELETE', route: '/webhooks/:id', params: { id } });
    },
  };
}

async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
