import express from 'express';
import type { ErrorRequestHandler } from 'express';
import { anySuccess, steps } from '../kit/callbacks';
import { controlRoutes } from '../kit/control';
import { listen, plainErrors } from '../kit/listen';
import { Refusal } from '../kit/rest';
import { assessFirstAdmin, outcomeSchema } from './admin';
import type { AssessFirstAdmin } from './admin';
import { AssessFirstEngine, eventNames } from './engine';
import type { Account, EventName } from './engine';
import { assessFirstPages, reportApi } from './pages';
import { defaultModels } from './state';
import type { Model } from './state';

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
  const engine = new AssessFirstEngine({
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
  });
  const admin = assessFirstAdmin(engine);
  const app = express();
  app.disable('x-powered-by');
  app.use('/betty/api/v2', engine.desk.router({ status: 400, body: { error: 'invalid_json' } }));
  app.use('/betty/api/v2', reportApi(engine), refusals);
  app.use('/_control', controlRoutes(admin, outcomeSchema));
  app.use(assessFirstPages(engine));
  app.use((_request, response) => void response.status(404).type('text').send('Not found'));
  app.use(plainErrors('AssessFirst'));
  const { url, stop } = await listen(app, options.port);
  engine.baseUrl = url;
  return {
    url,
    apiUrl: `${url}/betty/api/v2`,
    admin,
    stop: async () => {
      engine.stop();
      await stop();
    },
  };
}

const refusals: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof Refusal) response.status(error.answer.status).json(error.answer.body);
  else next(error);
};
