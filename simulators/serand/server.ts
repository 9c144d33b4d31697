import { controlRoutes } from '../kit/control';
import { serveVendor } from '../kit/serve';
import type { SerandAdmin } from './admin';
import { outcomeSchema, serandAdmin } from './admin';
import { serandRoutes } from './api';
import type { Account } from './engine';
import { SerandEngine } from './engine';
import { serandPages } from './pages';
import type { Assessment } from './state';
import { defaultAssessments } from './state';

export interface SerandOptions {
  /** 0 or none: any free port. */
  port?: number;
  account?: Partial<Account>;
  assessments?: readonly Assessment[];
  /** Waits before further attempts of a callback, ms; the vendor's own by default. */
  callbackRetries?: readonly number[];
  callbackTimeoutMs?: number;
}

export interface SerandSimulator {
  /** Root of the pages and of `/_control`. */
  url: string;
  /** As `SERAND_BASE_URL` wants it. */
  apiUrl: string;
  admin: SerandAdmin;
  /** Ends waiting callbacks and open connections and frees the port. */
  stop(): Promise<void>;
}

/** Credentials of the account where none are given. */
export const defaultAccount: Account = {
  apiKey: 'serand-sim-key',
  webhookSecret: 'serand-sim-webhook-secret',
};

const minute = 60_000;
const hour = 60 * minute;
const vendorRetries = [minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 24 * hour];

/**
 * Starts Serand, simulated: the API, the candidate's assessment, the customer's assessments with their ATS IDs, the
 * profile, signed callbacks with retries. Listens on 127.0.0.1 only. Rejects when the port is taken.
 */
export async function startSerandSimulator(options: SerandOptions = {}): Promise<SerandSimulator> {
  const engine = new SerandEngine(
    {
      account: { ...defaultAccount, ...options.account },
      assessments: options.assessments ?? defaultAssessments,
      callbackRetries: options.callbackRetries ?? vendorRetries,
      callbackTimeoutMs: options.callbackTimeoutMs ?? 10_000,
    },
    serandRoutes,
  );
  const admin = serandAdmin(engine);
  const malformed = { error: { code: 'invalid_request', message: 'The body is no JSON' } };
  const served = await serveVendor({
    brand: 'Serand',
    apiPath: '/v1',
    api: [engine.desk.router({ status: 400, body: malformed })],
    control: [controlRoutes(admin, outcomeSchema)],
    pages: [serandPages(engine)],
    port: options.port,
    listens: (url) => (engine.baseUrl = url),
    stop: () => engine.stop(),
  });
  return { ...served, admin };
}
