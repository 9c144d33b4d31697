import { randomUUID } from 'node:crypto';
import { readWebhookSecret, webhookHeaders } from '../../platform/crypto/standard-webhooks';
import { defaultSecret } from '../../simulators/standard/server';
import type { Person } from '../helpers/actions';
import { look, runOf } from '../helpers/actions';
import { until } from '../helpers/until';
import type { SimulatedStandard } from './standard-driver';
import type { VendorWorld } from './vendor-world';
import { callbacksOf } from './vendor-world';

/** What a vendor's own program posts, word for word, and what the hub answers. */

export type StandardWorld = VendorWorld<SimulatedStandard>;

export interface Told {
  status: number;
  body: Record<string, unknown>;
}

/** Sends a message signed as the contract says. */
export async function sendSigned(
  method: 'POST' | 'PUT',
  url: string,
  message: unknown,
  { secret = defaultSecret, at = Date.now() } = {},
): Promise<Told> {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  const headers = webhookHeaders({ id: randomUUID(), at, body }, [readWebhookSecret(secret) as Buffer]);
  const answer = await fetch(url, { method, headers, body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** An update of an order, to its own address unless another is given. */
export const update = (
  { vendor }: StandardWorld,
  ref: string,
  change: Record<string, unknown>,
  to = vendor.standard.admin.application(ref).callbackUrl,
): Promise<Told> => sendSigned('POST', to, { order: ref, sequence: 1, status: 'in_progress', ...change });

/** Waits until the run's timeline says so. */
export async function tells(world: StandardWorld, person: Person, words: string): Promise<void> {
  const { id } = await runOf(world, person);
  await until(
    `the timeline says "${words}"`,
    async () => (await look(world, id)).timeline,
    (timeline) => timeline.some(({ detail }) => detail?.includes(words)),
  );
}

export const verdictsOf = async (world: StandardWorld, person: Person): Promise<string[]> =>
  (await callbacksOf(world, person)).map(({ event, verdict }) => `${event} ${verdict}`);
