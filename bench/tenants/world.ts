import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { assemble } from '../../scripts/assemble';
import type { AtEnd } from '../../scripts/assemble';
import { freePort } from '../../scripts/embedded/machine';
import { startEmbedded } from '../../scripts/embedded/runtime';
import { SEED } from '../../simulators/lever/seed';
import { startLeverSimulator } from '../../simulators/lever/server';
import type { LeverSimulator } from '../../simulators/lever/server';
import { defaultAccount, startPopSimulator } from '../../simulators/pop/server';
import type { PopSimulator } from '../../simulators/pop/server';

/** A customer: a Lever account of its own, with Lever's rate limit in force, and a connection to the hub. */
export interface Tenant {
  lever: LeverSimulator;
  pop: PopSimulator;
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
    const dataDir = mkdtempSync(path.join(tmpdir(), 'fulcrum-bench-'));
    atEnd(() => rmSync(dataDir, { recursive: true, force: true }));
    const embedded = await startEmbedded({
      dataDir,
      need: { postgres: true, temporal: true },
      ports: { temporal: 0, temporalUi: 0 },
    });
    atEnd(() => embedded.stop());
    const [large, small] = [await startLever(atEnd), await startLever(atEnd)];
    const pop = await startPopSimulator();
    atEnd(() => pop.stop());
    const port = String(await freePort());
    const hub = { url: `http://127.0.0.1:${port}`, token: randomBytes(24).toString('base64url') };
    const env = {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      ALLOW_HTTP_PUBLIC_URL: 'true',
      LOG_LEVEL: 'error',
      DATA_DIR: dataDir,
      DATABASE_URL: embedded.databaseUrl ?? '',
      TEMPORAL_ADDRESS: embedded.temporalAddress ?? '',
      FULCRUM_KEYS: `bench:${randomBytes(32).toString('base64')}`,
      FULCRUM_OPERATOR_TOKEN: hub.token,
      PORT: port,
      PUBLIC_URL: hub.url,
      LEVER_API_URL: large.apiUrl,
      LEVER_AUTH_URL: large.authUrl,
      LEVER_SANDBOX_API_URL: small.apiUrl,
      LEVER_SANDBOX_AUTH_URL: small.authUrl,
      SMG_BASE_URL: pop.apiUrl,
      OUTBOUND_ALLOW: '127.0.0.0/8,::1/128',
    };
    for (const part of ['api', 'workers']) atEnd(startPart(part, env));
    await connect(hub, 'Large Stores', 'production');
    await connect(hub, 'Small Stores', 'sandbox');
    const connection = await Connection.connect({ address: env.TEMPORAL_ADDRESS });
    atEnd(() => connection.close());
    return {
      large: { lever: large, pop },
      small: { lever: small, pop },
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
