import type { Express } from 'express';
import express from 'express';
import { listen, plainErrors } from '../kit/listen';
import type { SmgAdmin } from './admin';
import { accountSchema, smgAdmin } from './admin';
import { smgApi } from './api';
import type { Position } from './catalogue';
import { defaultPositions } from './catalogue';
import { smgControl } from './control';
import type { DuplicateRule } from './engine';
import { SmgEngine } from './engine';
import type { Rung } from './notifier';
import { vendorLadder } from './notifier';
import { smgPages } from './pages/routes';
import type { Account } from './state';

export interface SmgOptions {
  /** 0 or none: any free port. */
  port?: number;
  account?: Partial<Account>;
  positions?: Position[];
  duplicateRule?: DuplicateRule;
  /** How long an application can be filled in; the vendor's seen validity is 3650 days. */
  validDays?: number;
  /** Retry ladder of callbacks; the vendor's own by default. */
  callbackLadder?: readonly Rung[];
  callbackTimeoutMs?: number;
  /** How many requests the log keeps. */
  requestLogLimit?: number;
}

export interface SmgSimulator {
  /** Root of the pages and of `/_control`. */
  url: string;
  /** The vendor's endpoint, as `SMG_BASE_URL` wants it. */
  apiUrl: string;
  admin: SmgAdmin;
  /** Ends waiting callbacks and open connections and frees the port. */
  stop(): Promise<void>;
}

/** Credentials and callback settings of the account where none are given. */
export const defaultAccount: Account = {
  account_id: '2391',
  user: 'smg-sim-user',
  password: 'smg-sim-password',
  config: 'ver|1|ext_notify|yes|http_err|408,429,500,502,503,504',
  reportSections: [],
};

/**
 * Starts SMG's POP Engine, simulated: the partner API, the candidate's and the recruiter's pages, callbacks with the
 * vendor's retry rules. Listens on 127.0.0.1 only. Rejects when the port is taken or an option is malformed.
 */
export async function startSmgSimulator(options: SmgOptions = {}): Promise<SmgSimulator> {
  const engine = new SmgEngine({
    positions: structuredClone(options.positions ?? [...defaultPositions]),
    account: accountSchema.parse({ ...defaultAccount, ...options.account }),
    duplicateRule: options.duplicateRule ?? 'open-position',
    validDays: options.validDays ?? 3650,
    ladder: options.callbackLadder ?? vendorLadder,
    callbackTimeoutMs: options.callbackTimeoutMs ?? 10_000,
    requestLogLimit: options.requestLogLimit ?? 20_000,
  });
  const admin = smgAdmin(engine);
  const stopped = new AbortController();
  const { url, stop } = await listen(smgApp(engine, admin, stopped.signal), options.port);
  engine.baseUrl = url;

  return {
    url,
    apiUrl: `${url}/api/1.0`,
    admin,
    stop: async () => {
      stopped.abort();
      engine.notifier.stop();
      await stop();
    },
  };
}

function smgApp(engine: SmgEngine, admin: SmgAdmin, stopped: AbortSignal): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(smgApi(engine, stopped));
  app.use('/_control', smgControl(admin));
  app.use(smgPages(engine, admin));
  app.use((_request, response) => void response.status(404).type('text').send('Not found'));
  app.use(plainErrors('POP'));
  return app;
}
