/** The one entry of the workflow bundle. None of them goes on what the hub has not sealed. */
import { amendment as amendmentRun } from './amendment';
import { assessment as assessmentRun } from './assessment';
import { candidacy as candidacyRun } from './candidacy';
import { forgetOld as forgetOldRun } from './forget-old';
import { keepGrants as keepGrantsRun } from './keep-grants';
import { probeAccess as probeAccessRun } from './probe-access';
import { reconcile as reconcileRun } from './reconcile';
import { startedByTheHub } from './sealed';
import { sweep as sweepRun } from './sweep';

export const amendment = startedByTheHub(amendmentRun);
export const assessment = startedByTheHub(assessmentRun);
export const candidacy = startedByTheHub(candidacyRun);
export const forgetOld = startedByTheHub(forgetOldRun);
export const keepGrants = startedByTheHub(keepGrantsRun);
export const probeAccess = startedByTheHub(probeAccessRun);
export const reconcile = startedByTheHub(reconcileRun);
export const sweep = startedByTheHub(sweepRun);
