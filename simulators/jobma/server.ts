import { anySuccess, steps } from '../kit/callbacks';
import { controlRoutes } from '../kit/control';
import { serveVendor } from '../kit/serve';
import type { JobmaAdmin } from './admin';
import { jobmaAdmin, outcomeSchema } from './admin';
import type { Account } from './engine';
import { JobmaEngine } from './engine';
import { jobmaPages } from './pages';
import type { Kit } from './state';
import { defaultKits } from './state';

export interface JobmaOptions {
  /** 0 or none: any free port. */
  port?: number;
  account?: Partial<Account>;
  kits?: readonly Kit[];
  /** How long a link can be used; Jobma's own live about 30 days. */
  validMs?: number;
  /** Waits before further attempts of a callback, ms; the vendor's own by default. */
  callbackRetries?: readonly number[];
  callbackTimeoutMs?: number;
}

export interface JobmaSimulator {
  /** Root of the pages and of `/_control`. */
  url: string;
  /** As `JOBMA_BASE_URL` wants it. */
  apiUrl: string;
  admin: JobmaAdmin;
  /** Ends waiting callbacks and open connections and frees the port. */
  stop(): Promise<void>;
}

/** Tokens of the account where none are given. */
export const defaultAccount: Account = {
  accessToken: 'jobma-sim-access',
  webhookToken: 'jobma-sim-webhook-token',
};

const minute = 60_000;
/** Five repeats within a day. */
const vendorRetries = [minute, 10 * minute, 60 * minute, 6 * 60 * minute, 16 * 60 * minute];

/**
 * Starts Jobma, simulated: the API, the candidate's interview, the recruiter's kits, listing and results, callbacks with
 * retries. Listens on 127.0.0.1 only. Rejects when the port is taken.
 */
export async function startJobmaSimulator(options: JobmaOptions = {}): Promise<JobmaSimulator> {
  const engine = new JobmaEngine({
    account: { ...defaultAccount, ...options.account },
    kits: options.kits ?? defaultKits,
    validMs: options.validMs ?? 30 * 24 * 60 * minute,
    rules: {
      wait: steps(options.callbackRetries ?? vendorRetries),
      judge: anySuccess,
      timeoutMs: options.callbackTimeoutMs ?? 10_000,
    },
  });
  const admin = jobmaAdmin(engine);
  const served = await serveVendor({
    brand: 'Jobma',
    apiPath: '/v1',
    api: [engine.desk.router({ status: 400, body: { error: 1, message: 'The body is no JSON' } })],
    control: [controlRoutes(admin, outcomeSchema)],
    pages: [jobmaPages(engine)],
    port: options.port,
    listens: (url) => (engine.baseUrl = url),
    stop: () => engine.stop(),
  });
  return { ...served, admin };
}
