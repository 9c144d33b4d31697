import { defineVendor } from '../define';
import * as callback from './callback';
import { isMeant, listAssessments } from './models';
import { plan } from './plan';
import { find, invite } from './requests';
import { result } from './result';
import { routeByTags } from './routing';
import { assessFirstCredentials, assessFirstSettings, newAssessFirstCredentials } from './settings';
import { status } from './state';

/** AssessFirst. Wire format: https://documenter.gw.postman.com collection 2sB2qWGjNX, and https://help.assessfirst.com */
export const assessfirst = defineVendor({
  id: 'assessfirst',
  label: 'AssessFirst',
  help: 'https://help.lever.co/hc/en-us/articles/20087408323613',
  baseUrl: 'https://app.assessfirst.com/betty/api/v2',
  settings: assessFirstSettings,
  credentials: assessFirstCredentials,
  newCredentials: newAssessFirstCredentials,
  /**
   * AssessFirst takes 100 requests a minute of one token. An invitation makes two (catalogue and invitation), a result as
   * well (results and catalogue): 96 a minute. The third one after a duplicate is rare, and waits where it is too many.
   */
  limits: { perSecondPerConnection: 0.8 },
  acknowledge: 200,
  /** The posting's tags as they are now choose the model. */
  needsPosting: true,
  isMeant,
  polls: true,
  /** Scores and reports go into a note, as links. */
  lever: { writesFiles: false },
  /** The two fields of AssessFirst's own set-up: "Email address" and "Assessment ID". */
  serviceUser: { role: 'super admin' },
  asksForStage: true,
  route: routeByTags,
  /** No `remind` and no `cancel`: AssessFirst offers neither. */
  requests: { listAssessments, invite, find, status, result },
  callback,
  plan,
});
