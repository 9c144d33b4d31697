/** The one entry of the workflow bundle. None of them goes on what the hub has not sealed. */
import { amendment as amendmentRun } from './amendment/workflow';
import { assessment as assessmentRun } from './assessment/workflow';
import { candidacy as candidacyRun } from './candidacy/workflow';
import { erasePerson as erasePersonRun } from './erasure/workflow';
import { forgetOld as forgetOldRun } from './maintenance/forget-old';
import { keepGrants as keepGrantsRun } from './maintenance/keep-grants';
import { probeAccess as probeAccessRun } from './maintenance/probe-access';
import { sweep as sweepRun } from './maintenance/sweep';
import { reconcile as reconcileRun } from './reconcile/workflow';
import { startedByTheHub } from './shared/sealed';

export const amendment = startedByTheHub(amendmentRun);
export const assessment = startedByTheHub(assessmentRun);
export const candidacy = startedByTheHub(candidacyRun);
export const erasePerson = startedByTheHub(erasePersonRun);
export const forgetOld = startedByTheHub(forgetOldRun);
export const keepGrants = startedByTheHub(keepGrantsRun);
export const probeAccess = startedByTheHub(probeAccessRun);
export const reconcile = startedByTheHub(reconcileRun);
export const sweep = startedByTheHub(sweepRun);
