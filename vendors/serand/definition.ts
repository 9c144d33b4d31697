import { defineVendor } from '../define';
import { listAssessments } from './assessments';
import * as callback from './callback';
import { plan } from './plan';
import { cancel, find, invite, remind, result, status } from './requests';
import { route } from './routing';
import type { SerandSettings } from './settings';
import { serandCredentials, serandSettings } from './settings';

/** Serand's assessments of skills, values, personality and cultural fit. Where its wire format comes from stands in `wire.ts`. */
export const serand = defineVendor({
  id: 'serand',
  label: 'Serand',
  help: 'https://help.lever.co/hc/en-us/articles/20783666164381',
  baseUrl: 'https://api.serand.co.uk/v1',
  settings: serandSettings,
  credentials: serandCredentials,
  /** Serand publishes none; this keeps one customer's rush from looking like an attack. */
  limits: { perSecondPerConnection: 5 },
  acknowledge: 200,
  /** The posting's id is all that Serand knows of it; its tags may choose the assessment. */
  needsPosting: ({ assessmentsByTag }: SerandSettings) => Object.keys(assessmentsByTag).length > 0,
  tellsEnd: true,
  polls: true,
  /** Results are a note and a link to the profile. */
  lever: { writesFiles: false },
  route,
  requests: { listAssessments, invite, find, status, result, remind, cancel },
  callback,
  plan,
});
