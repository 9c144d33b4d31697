import { defineVendor } from '../define';
import * as callback from './callback';
import { pushed } from './callback';
import { plan } from './plan';
import { cancel, extend, find, invite, listAssessments, remind, result, status } from './requests';
import { route } from './routing';
import { standardCredentials, standardSettings } from './settings';

/** Any vendor that keeps the hub's own published contract: no code, only a connection. */
export const standard = defineVendor({
  id: 'standard',
  label: 'Standard contract',
  help: 'https://www.standardwebhooks.com',
  settings: standardSettings,
  credentials: standardCredentials,
  baseUrlOf: ({ baseUrl }) => baseUrl,
  /** What the contract promises vendors. */
  limits: { perSecondPerConnection: 5 },
  acknowledge: 200,
  /** The order names the job. */
  needsPosting: true,
  polls: true,
  /** Files of an order (docs/vendor-contract.md). */
  lever: { writesFiles: true },
  route,
  requests: { listAssessments, invite, find, status, result, remind, extend, cancel },
  callback,
  pushedCatalogue: pushed,
  plan,
});
