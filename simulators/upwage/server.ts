import express from 'express';
import { controlRoutes } from '../kit/control';
import { serveVendor } from '../kit/serve';
import { accountPages } from './account-pages';
import type { UpwageAdmin } from './admin';
import { finishSchema, sessionSchema, upwageAdmin } from './admin';
import { documentRoutes } from './documents';
import { UpwageEngine } from './engine';
import { upwagePages } from './pages';
import type { Screener } from './state';

export interface UpwageOptions {
  /** 0 or none: any free port. */
  port?: number;
  webhookSecret?: string;
  screeners?: readonly Screener[];
  /** Waits before further attempts of an event, ms; the vendor's own by default. */
  callbackRetries?: readonly number[];
  callbackTimeoutMs?: number;
}

export interface UpwageSimulator {
  /** Root of the pages and of `/_control`. */
  url: string;
  apiUrl: string;
  admin: UpwageAdmin;
  /** Ends waiting events and open connections and frees the port. */
  stop(): Promise<void>;
}

/** With which events are signed where nothing else is said. */
export const defaultSecret = 'upwage-sim-webhook-secret';

const minute = 60_000;
const hour = 60 * minute;
const vendorRetries = [minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 24 * hour];

/**
 * Starts Upwage, simulated: the candidate's conversation, the documents, signed events with retries, the overview of
 * screeners and conversations. Listens on 127.0.0.1 only. Rejects when the port is taken.
 */
export async function startUpwageSimulator(options: UpwageOptions = {}): Promise<UpwageSimulator> {
  const engine = new UpwageEngine({
    webhookSecret: options.webhookSecret ?? defaultSecret,
    screeners: options.screeners ?? [],
    callbackRetries: options.callbackRetries ?? vendorRetries,
    callbackTimeoutMs: options.callbackTimeoutMs ?? 10_000,
  });
  const admin = upwageAdmin(engine);
  const served = await serveVendor({
    brand: 'Upwage',
    apiPath: '/v1',
    api: [engine.desk.router({ status: 400, body: { error: 'The body is no JSON' } })],
    control: [sessionControl(admin), controlRoutes(admin, finishSchema)],
    pages: [documentRoutes(engine.state), upwagePages(engine), accountPages(engine)],
    port: options.port,
    listens: (url) => (engine.baseUrl = url),
    stop: () => engine.stop(),
  });
  return { ...served, admin };
}

/** What no vendor but this one has: a conversation that begins by itself. */
const sessionControl = (admin: UpwageAdmin) =>
  express.Router().post('/sessions', express.json(), (request, response) => {
    response.status(201).json(admin.open(sessionSchema.parse(request.body)));
  });
