import type { Limits } from '../../api/limits';
import { loadConfig } from '../../platform/config';
import { createLogger } from '../../platform/log';
import { SEED, seedId } from '../../simulators/lever/seed';
import type { LeverSimulator } from '../../simulators/lever/server';
import { startLeverSimulator } from '../../simulators/lever/server';
import { vendorRoots } from '../../vendors/registry';
import { assemble } from '../assemble';
import type { RunningHub } from '../start';
import { startHub } from '../start';
import { demoPorts } from './ports';
import type { DemoVendor, RunningVendor } from './vendors/vendor';

/** A connection of the simulated customer with one vendor. */
export interface Customer {
  vendor: DemoVendor;
  running: RunningVendor;
  /** Id of the stage that starts an assessment of this vendor; null where the vendor begins by itself. */
  stageId: string | null;
}

/** Everything a demo needs, on this machine alone: Lever, the vendors, the hub, and a connection with each vendor. */
export interface World {
  lever: LeverSimulator;
  hub: RunningHub;
  customers: Customer[];
  stop(): Promise<void>;
}

export interface WorldOptions {
  vendors: readonly DemoVendor[];
  /** Where the embedded database and Temporal keep their data. */
  dataDir: string;
  /** Well-known ports for a person to come back to, or any free ones. */
  fixedPorts: boolean;
  /** More of the hub's configuration. */
  env?: Record<string, string>;
  /** As of `startHub`; so are those below. */
  limits?: Partial<Limits>;
  say: (line: string) => void;
  stopping?: AbortSignal;
}

export async function buildWorld({
  vendors,
  dataDir,
  fixedPorts,
  env,
  limits,
  say,
  stopping,
}: WorldOptions): Promise<World> {
  const setPort = (process.env['PORT'] ?? '').trim();
  const ports = demoPorts(vendors, fixedPorts, setPort === '' ? null : Number(setPort), say);
  return assemble(async (atEnd) => {
    const lever = await startLeverSimulator({ port: await ports.lever(), webhooksEnabled: true });
    atEnd(() => lever.stop());
    const customers: Customer[] = [];
    for (const [index, vendor] of vendors.entries()) {
      const running = await vendor.start(await ports.vendor(index), lever.admin);
      atEnd(() => running.stop());
      customers.push({
        vendor,
        running,
        stageId: vendor.stage === null ? null : stageOf(lever, vendor.stage, index),
      });
    }
    const config = loadConfig(
      {
        LOG_LEVEL: 'error',
        ...process.env,
        // The hub's own port, wherever that comes to be: the simulators reach it on this machine.
        PUBLIC_URL: '',
        DATA_DIR: dataDir,
        LEVER_API_URL: lever.apiUrl,
        LEVER_AUTH_URL: lever.authUrl,
        // The one simulated Lever is both environments: nothing may reach the real one.
        LEVER_SANDBOX_API_URL: lever.apiUrl,
        LEVER_SANDBOX_AUTH_URL: lever.authUrl,
        OUTBOUND_ALLOW: '127.0.0.0/8,::1/128',
        ...merged(customers.map(({ running }) => running.env)),
        ...merged(customers.map(({ vendor }) => appAtLever(lever, vendor))),
        ...env,
      },
      vendorRoots,
    );
    const log = createLogger({ level: config.logLevel, name: 'fulcrum' });
    const hub = await startHub(config, log, {
      ports: { hub: ports.hub, ...(!fixedPorts && { temporal: 0, temporalUi: 0 }) },
      ...(limits && { limits }),
      say,
      ...(stopping !== undefined && { stopping }),
    });
    atEnd(() => hub.stop());
    for (const customer of customers) {
      stopping?.throwIfAborted();
      await connect(hub, lever, customer);
    }
    return { lever, hub, customers };
  });
}

/** The id of the stage with this name, which the account is given if it has none. */
function stageOf(lever: LeverSimulator, text: string, index: number): string {
  if (text === 'Assessment') return SEED.stages.assessment;
  const stage = { id: seedId(`stage/${text}`), text, rank: 202 + index };
  lever.admin.load({ stages: [stage] });
  return stage.id;
}

/** The vendor's own app at Lever, so that its connect pages work; answers the hub's variables for it. */
function appAtLever(lever: LeverSimulator, { id, label }: DemoVendor): Record<string, string> {
  const app = { clientId: `${id} at Lever`, clientSecret: `secret of ${id}` };
  lever.admin.registerApp({ ...app, name: label, redirectUris: 'loopback' });
  const variable = `${id.toUpperCase()}_LEVER_CLIENT`;
  return { [`${variable}_ID`]: app.clientId, [`${variable}_SECRET`]: app.clientSecret };
}

const customer = 'Demo Stores';

/** Connects the simulated customer to a simulated vendor, as a program would. */
async function connect(hub: RunningHub, lever: LeverSimulator, { vendor, running }: Customer): Promise<void> {
  const answer = await fetch(`${hub.apiUrl}/api/v1/connections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      vendor: vendor.id,
      customer,
      environment: 'production',
      lever: { apiKey: SEED.apiKey },
      credentials: running.credentials,
      settings: {
        triggerStages: vendor.stage === null ? [] : [vendor.stage],
        performAs: SEED.users.service,
        ...running.settings,
      },
    }),
  });
  const body = (await answer.json()) as { id?: string; callbackUrl?: string; detail?: string };
  if (!answer.ok || body.id === undefined) {
    throw new Error(`${vendor.label} could not be connected: ${answer.status} ${body.detail ?? ''}`);
  }
  const access = { apiUrl: `${hub.apiUrl}/api/v1`, token: hub.operatorToken, customer };
  running.joined?.({ ...access, lever: { apiUrl: lever.apiUrl, apiKey: SEED.apiKey } });
  if (body.callbackUrl !== undefined) running.connected?.(body.callbackUrl);
}

const merged = (parts: readonly Record<string, string>[]): Record<string, string> =>
  Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
