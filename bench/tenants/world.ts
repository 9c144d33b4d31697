import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { AtEnd } from '../../scripts/assemble';
import { assemble } from '../../scripts/assemble';
import { freePort } from '../../scripts/embedded/machine';
import { SEED } from '../../simulators/lever/seed';
import type { LeverSimulator } from '../../simulators/lever/server';
import { startLeverSimulator } from '../../simulators/lever/server';
import type { SmgSimulator } from '../../simulators/smg/server';
import { defaultAccount, startSmgSimulator } from '../../simulators/smg/server';
import { startStores } from '../stores';

/** A customer: a Lever account of its own, with Lever's rate limit in force, and a connection to the hub. */
export interface Tenant {
  lever: LeverSimulator;
  smg: SmgSimulator;
}

/** One hub, as in production an api and a worker, and two customers. */
export interface TenantWorld {
  large: Tenant;
  small: Tenant;
  client: Client;
  stop(): Promise<void>;
}

const readyWithinMs = 120_000;

/** The hub keeps the two apart by environment: each has a Lever of its own, so each a rate of its own. */
export const buildTenantWorld = (): Promise<TenantWorld> =>
  assemble(async (atEnd) => {
    const { env: stores } = await startStores(atEnd);
    const [large, small] = [await startLever(atEnd), await startLever(atEnd)];
    const smg = await startSmgSimulator();
    atEnd(() => smg.stop());
    const port = String(await freePort());
    const hub = { url: `http://127.0.0.1:${port}`, token: stores.FULCRUM_OPERATOR_TOKEN };
    const env = {
      ...stores,
      PORT: port,
      PUBLIC_URL: hub.url,
      LEVER_API_URL: large.apiUrl,
      LEVER_AUTH_URL: large.authUrl,
      LEVER_SANDBOX_API_URL: small.apiUrl,
      LEVER_SANDBOX_AUTH_URL: small.authUrl,
      SMG_BASE_URL: smg.apiUrl,
    };
    for (const part of ['api', 'workers']) atEnd(startPart(part, env));
    await connect(hub, 'Large Stores', 'production');
    await connect(hub, 'Small Stores', 'sandbox');
    const connection = await Connection.connect({ address: env.TEMPORAL_ADDRESS });
    atEnd(() => connection.close());
    return {
      large: { lever: large, smg },
      small: { lever: small, smg },
      client: new Client({ connection }),
    };
  });

async function startLever(atEnd: AtEnd): Promise<LeverSimulator> {
  const lever = await startLeverSimulator({ webhooksEnabled: true });
  atEnd(() => lever.stop());
  return lever;
}

function startPart(part: string, env: Record<string, string>): () => Promise<void> {
  // Typescript is read by the loader that runs this process too.
  const child: ChildProcess = fork(require.resolve(`../../${part}/main`), {
    execArgv: process.execArgv,
    env: { ...process.env, ...env },
  });
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
}

/** Tried again until api and worker are there: the connection is checked at Lever by the worker. */
async function connect(
  hub: { url: string; token: string },
  customer: string,
  environment: 'production' | 'sandbox',
): Promise<void> {
  const giveUpAt = Date.now() + readyWithinMs;
  for (;;) {
    const refusal = await tryToConnect(hub, customer, environment).catch((error: unknown) => String(error));
    if (refusal === null) return;
    if (Date.now() > giveUpAt) throw new Error(`${customer} could not be connected: ${refusal}`);
    await sleep(500);
  }
}

async function tryToConnect(
  hub: { url: string; token: string },
  customer: string,
  environment: string,
): Promise<string | null> {
  const answer = await fetch(`${hub.url}/api/v1/connections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      vendor: 'smg',
      customer,
      environment,
      lever: { apiKey: SEED.apiKey },
      credentials: { username: defaultAccount.user, password: defaultAccount.password },
      settings: { triggerStages: ['Assessment'], performAs: SEED.users.service },
    }),
  });
  return answer.ok ? null : `${answer.status} ${await answer.text()}`;
}
