import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '../../platform/config';
import { createLogger } from '../../platform/log';
import { startLeverSimulator } from '../../simulators/lever/server';
import type { LeverSimulator } from '../../simulators/lever/server';
import { SEED } from '../../simulators/lever/seed';
import { defaultAccount, startPopSimulator } from '../../simulators/pop/server';
import type { PopSimulator } from '../../simulators/pop/server';
import { startHub } from '../start';
import type { RunningHub } from '../start';

/** Everything a demo needs, on this machine alone: Lever, a vendor, the hub, and one connection between them. */
export interface World {
  lever: LeverSimulator;
  pop: PopSimulator;
  hub: RunningHub;
  connectionId: string;
  stop(): Promise<void>;
}

export interface WorldOptions {
  /** Where the embedded database and Temporal keep their data. */
  dataDir: string;
  /** Well-known ports for a person to come back to, or any free ones. */
  fixedPorts: boolean;
  say: (line: string) => void;
}

const wellKnown = { hub: 8080, lever: 8090, pop: 8091 };

export async function buildWorld({ dataDir, fixedPorts, say }: WorldOptions): Promise<World> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const lever = await startLeverSimulator({
      port: fixedPorts ? await portOr(wellKnown.lever) : 0,
      webhooksEnabled: true,
    });
    stops.push(() => lever.stop());
    const pop = await startPopSimulator({ port: fixedPorts ? await portOr(wellKnown.pop) : 0 });
    stops.push(() => pop.stop());
    say(
      'starting PostgreSQL, Temporal and the hub (the first time ever, building Temporal takes some minutes)',
    );
    const port = await portOr(fixedPorts ? wellKnown.hub : 0);
    const config = loadConfig({
      LOG_LEVEL: 'warn',
      ...process.env,
      PORT: String(port),
      PUBLIC_URL: `http://localhost:${port}`,
      DATA_DIR: dataDir,
      LEVER_API_URL: lever.apiUrl,
      LEVER_AUTH_URL: lever.authUrl,
      SMG_BASE_URL: pop.apiUrl,
      OUTBOUND_ALLOW: '127.0.0.0/8,::1/128',
    });
    const log = createLogger({ level: config.logLevel, name: 'fulcrum' });
    const hub = await startHub(config, log, fixedPorts ? {} : { temporal: 0, temporalUi: 0 });
    stops.push(() => hub.stop());
    return { lever, pop, hub, connectionId: await connect(hub), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Connects the simulated customer to the simulated vendor, as a program would. */
async function connect(hub: RunningHub): Promise<string> {
  const answer = await fetch(`${hub.apiUrl}/api/v1/connections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      vendor: 'smg',
      customer: 'Demo Stores',
      environment: 'production',
      lever: { apiKey: SEED.apiKey },
      credentials: { username: defaultAccount.user, password: defaultAccount.password },
      settings: { triggerStages: ['Assessment'], performAs: SEED.users.service },
    }),
  });
  const body = (await answer.json()) as { id?: string; detail?: string };
  if (!answer.ok || body.id === undefined) {
    throw new Error(`the connection could not be made: ${answer.status} ${body.detail ?? ''}`);
  }
  return body.id;
}

/** The wanted port when it is free, else any. */
function portOr(wanted: number): Promise<number> {
  const probe = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(port, () => {
        const { port: given } = server.address() as AddressInfo;
        server.close(() => resolve(given));
      });
    });
  return probe(wanted).catch(() => probe(0));
}
