import type { ErrorRequestHandler } from 'express';
import { anySuccess, steps } from '../kit/callbacks';
import { controlRoutes } from '../kit/control';
import { Refusal } from '../kit/rest';
import { serveVendor } from '../kit/serve';
import type { AssessFirstAdmin } from './admin';
import { assessFirstAdmin, outcomeSchema } from './admin';
import { apiRoutes } from './api';
import type { Account, EventName } from './engine';
import { AssessFirstEngine, eventNames } from './engine';
import { assessFirstPages, reportApi } from './pages';
import type { Model } from './state';
import { defaultModels } from './state';

export interface AssessFirstOptions {
  /** 0 or none: any free port. */
  port?: number;
  account?: Partial<Account>;
  models?: readonly Model[];
  /** Which events the account's webhooks tell; default: all. */
  events?: readonly EventName[];
  /** Whether the refusal of a second invitation names the external id of the first; default: AssessFirst's ids only. */
  duplicateNamesKey?: boolean;
  /** Whether the documented 100 requests a minute are kept. */
  rate?: boolean;
  /** Waits before further attempts of a callback, ms; the vendor's own by default. */
  callbackRetries?: readonly number[];
  callbackTimeoutMs?: number;
}

export interface AssessFirstSimulator {
  /** Root of the pages and of `/_control`. */
  url: string;
  /** As `ASSESSFIRST_BASE_URL` wants it. */
  apiUrl: string;
  admin: AssessFirstAdmin;
  /** Ends waiting callbacks and open connections and frees the port. */
  stop(): Promise<void>;
}

export const defaultAccount: Account = {
  token: 'assessfirst-sim-token',
  webhookSecret: 'assessfirst-sim-webhook-secret',
};

const hour = 3_600_000;
/** Three repeats within a day. */
const vendorRetries = [hour, 8 * hour, 15 * hour];

/**
 * Starts AssessFirst, simulated: the API, the candidate's questionnaires, the recruiter's models and profiles, signed
 * webhooks with retries. Listens on 127.0.0.1 only. Rejects when the port is taken.
 */
export async function startAssessFirstSimulator(
  options: AssessFirstOptions = {},
): Promise<AssessFirstSimulator> {
  const engine = new AssessFirstEngine(
    {
      account: { ...defaultAccount, ...options.account },
      models: options.models ?? defaultModels,
      events: options.events ?? eventNames,
      duplicateNamesKey: options.duplicateNamesKey ?? false,
      perMinute: options.rate === true ? 100 : 0,
      rules: {
        wait: steps(options.callbackRetries ?? vendorRetries),
        judge: anySuccess,
        timeoutMs: options.callbackTimeoutMs ?? 10_000,
      },
    },
    apiRoutes,
  );
  const admin = assessFirstAdmin(engine);
  const served = await serveVendor({
    brand: 'AssessFirst',
    apiPath: '/betty/api/v2',
    api: [engine.desk.router({ status: 400, body: { error: 'invalid_json' } }), reportApi(engine), refusals],
    control: [controlRoutes(admin, outcomeSchema)],
    pages: [assessFirstPages(engine)],
    port: options.port,
    listens: (url) => (engine.baseUrl = url),
    stop: () => engine.stop(),
  });
  return { ...served, admin };
}

const refusals: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof Refusal) response.status(error.answer.status).json(error.answer.body);
  else next(error);
};
