import { defineVendor } from '../../../vendors/define';
import { mappedRoute } from '../../../vendors/mapped-route';
import { completionNote } from '../../../vendors/plan-kit';
import { statusPlan } from '../../../vendors/status-plan';
import * as callback from './callback';
import { cancel, find, invite, listAssessments, remind, result, status } from './requests';
import type { AcmeSettings } from './settings';
import { acmeCredentials, acmeSettings } from './settings';

const completed =
  'The assessment of Acme Tests was completed. Score: {score} of {maxScore}. Report: {report}';

/** Assessments by Acme Tests. Where its wire format comes from stands in `wire.ts`. */
export const acme = defineVendor({
  id: 'acme',
  label: 'Acme Tests',
  help: 'https://acme.example/page-for-customers',
  baseUrl: 'https://api.acme.example/v1',
  settings: acmeSettings,
  credentials: acmeCredentials,
  /** Acme Tests takes ten requests a second of one key, and an invitation makes two. */
  limits: { perSecondPerConnection: 5 },
  acknowledge: 200,
  needsPosting: false,
  polls: true,
  lever: { writesFiles: false },
  route: mappedRoute('assessment'),
  requests: { listAssessments, invite, find, status, result, remind, cancel },
  callback,
  plan: statusPlan<AcmeSettings>({
    subject: 'The assessment of Acme Tests',
    unsent: 'No assessment of Acme Tests was sent',
    tags: ({ tags }) => tags,
    linksReport: true,
    completionText: ({ route, result }) => completionNote(completed, route, result),
  }),
});
