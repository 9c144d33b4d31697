import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LeverAdmin } from './admin';
import { createLeverApp } from './app';
import { Credentials } from './auth/credentials';
import { OAuthServer } from './auth/oauth-server';
import { Faults } from './faults';
import { RequestLog } from './log';
import { EVENTS } from './model';
import { applyPatch, DEFAULT_BEHAVIOUR, type LeverSimulatorOptions } from './options';
import { Recruiting } from './recruiting';
import { SEED, seedAccount } from './seed';
import { LeverState } from './state';
import { WebhookDispatcher } from './webhooks/dispatcher';

export interface LeverSimulator {
  /** Root of the pages, and of `/_control`. */
  url: string;
  /** API root, ending in `/v1`. */
  apiUrl: string;
  /** Host before `/authorize` and `/oauth/token`. */
  authUrl: string;
  admin: LeverAdmin;
  /** Closes sockets and ends pending retries. */
  stop(): Promise<void>;
}

/**
 * A Lever account in memory, behind real HTTP on 127.0.0.1: API, OAuth, webhooks and pages. Facts: Lever's developer
 * documentation and recorded answers; what neither settles is a switch (`options.ts`).
 * Throws when the port is taken (EADDRINUSE) and ZodError for an unknown switch.
 */
export async function startLeverSimulator(options: LeverSimulatorOptions = {}): Promise<LeverSimulator> {
  const {
    port = 0,
    apiKey = SEED.apiKey,
    webhooksEnabled = false,
    seed = 'account',
    apps,
    ...patch
  } = options;
  const behaviour = { ...DEFAULT_BEHAVIOUR };
  applyPatch(behaviour, patch);

  const server = createServer();
  await listen(server, port);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const state = new LeverState(url, behaviour);
  const oauth = new OAuthServer(state);
  const webhooks = new WebhookDispatcher(state, (credential) => oauth.isCutOff(credential));
  const recruiting = new Recruiting(state, (event, origin, data) => webhooks.emit(event, origin, data));
  const credentials = new Credentials(oauth);
  const faults = new Faults();
  const log = new RequestLog(behaviour);
  const parts = { state, oauth, webhooks, recruiting, credentials, faults, log };
  const admin = new LeverAdmin(parts);

  credentials.addKey({ key: apiKey, scopes: 'all', confidential: true });
  const defaultApp = { ...SEED.app, name: 'Fulcrum', redirectUris: 'loopback' as const };
  for (const app of apps ?? [defaultApp]) oauth.apps.set(app.clientId, app);
  if (seed === 'account') seedAccount(state, recruiting);
  if (webhooksEnabled) EVENTS.forEach((event) => state.enabledEvents.add(event));
  server.on('request', createLeverApp(parts, admin));

  return {
    url,
    apiUrl: `${url}/v1`,
    authUrl: url,
    admin,
    stop: async () => {
      faults.stop();
      await webhooks.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
