import { defineVendor } from '../define';
import * as callback from './callback';
import { plan } from './plan';
import { find, invite, listAssessments, result, status } from './requests';
import { smgCredentials, smgSettings } from './settings';
import { routeByTags } from './tags';

/** SMG's POP Engine. Wire format: https://pop.selfmgmt.com/docs/partner_api/commands.html */
export const smg = defineVendor({
  id: 'smg',
  label: 'SMG POP Engine',
  help: 'https://help.lever.co/hc/en-us/articles/20087413310109',
  baseUrl: 'https://pop.selfmgmt.com/api/1.0',
  settings: smgSettings,
  credentials: smgCredentials,
  /** SMG publishes none; this keeps one customer's rush from looking like an attack. */
  limits: { perSecondPerConnection: 10 },
  /** Any other status drops the callback for ever, or has it repeated. */
  acknowledge: 200,
  /** A posting may have got its tags after the opportunity was made. */
  needsPosting: true,
  polls: true,
  /** Results are a note and a link to SMG's report. */
  lever: { writesFiles: false },
  route: routeByTags,
  /** No `remind` and no `cancel`: SMG offers neither. */
  requests: { listAssessments, invite, find, status, result },
  /** SMG cannot sign: without callback credentials the unguessable key in the address is the guard. */
  callback,
  plan,
});
