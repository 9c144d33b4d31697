import { defineVendor } from '../define';
import * as callback from './callback';
import { plan } from './plan';
import { cancel, invite, listAssessments, remind, result, status } from './requests';
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
  /** Results are a note with the figures and links. */
  lever: { writesFiles: false },
  route,
  requests: { listAssessments, invite, status, result, remind, cancel },
  callback,
  plan,
});
