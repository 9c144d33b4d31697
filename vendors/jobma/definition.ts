import { defineVendor } from '../define';
import * as callback from './callback';
import { plan } from './plan';
import { find, invite, listAssessments, result, status } from './requests';
import { route } from './routing';
import { jobmaCredentials, jobmaSettings } from './settings';

/** Jobma's video interviews. Where its wire format comes from stands in `wire.ts`. */
export const jobma = defineVendor({
  id: 'jobma',
  label: 'Jobma',
  help: 'https://help.lever.co/hc/en-us/articles/20087393410333',
  baseUrl: 'https://api.jobma.com/v1',
  settings: jobmaSettings,
  credentials: jobmaCredentials,
  /** Jobma publishes none; this keeps one customer's rush from looking like an attack. */
  limits: { perSecondPerConnection: 5 },
  acknowledge: 200,
  /** Jobma shows the job's title to the candidate. */
  needsPosting: true,
  polls: true,
  /** Results are a note with a link to Jobma. */
  lever: { writesFiles: false },
  route,
  /** No `remind` and no `cancel`: Jobma offers neither. */
  requests: { listAssessments, invite, find, status, result },
  callback,
  plan,
});
