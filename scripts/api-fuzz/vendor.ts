import { createHmac, randomUUID } from 'node:crypto';
import { defaultSecret, startStandardSimulator } from '../../simulators/standard/server';

/** The example vendor of the published contract with an order that is open, and what hooks.py needs to ask it. */
export interface FuzzVendor {
  url: string;
  env: Record<string, string>;
  stop(): Promise<void>;
}

export async function startFuzzVendor(): Promise<FuzzVendor> {
  const vendor = await startStandardSimulator();
  const ids = ['fuzz-1', 'fuzz-2', 'fuzz-3'];
  for (const id of ids) await place(vendor.apiUrl, id);
  return {
    url: vendor.apiUrl,
    env: {
      FUZZ_SECRET: defaultSecret,
      FUZZ_KNOWN: JSON.stringify({ '/orders/': { id: ids } }),
      FUZZ_PACKAGES: JSON.stringify(['sales-basics']),
    },
    stop: () => vendor.stop(),
  };
}

async function place(url: string, id: string): Promise<void> {
  const body = JSON.stringify({
    id,
    package: 'sales-basics',
    candidate: {
      name: 'Ada Test',
      firstName: 'Ada',
      lastName: 'Test',
      email: 'ada@candidates.test',
      phone: null,
    },
    application: { id: 'opportunity' },
    job: null,
    // Nobody listens there: the orders are never finished.
    callbackUrl: 'http://127.0.0.1:9/callback',
    expiresAt: null,
    locale: 'en-GB',
  });
  const message = randomUUID();
  const time = String(Math.floor(Date.now() / 1_000));
  const key = Buffer.from(defaultSecret.replace('whsec_', ''), 'base64');
  const made = createHmac('sha256', key).update(`${message}.${time}.${body}`).digest('base64');
  const answer = await fetch(`${url}/orders`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': message,
      'webhook-timestamp': time,
      'webhook-signature': `v1,${made}`,
    },
    body,
  });
  if (!answer.ok)
    throw new Error(`the example vendor took no order: ${answer.status} ${await answer.text()}`);
}
