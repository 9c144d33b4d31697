/** The one entry of the workflow bundle. */
export { amendment } from './amendment';
export { assessment } from './assessment';
export { candidacy } from './candidacy';
export { forgetOld } from './forget-old';
export { keepGrants } from './keep-grants';
export { probeAccess } from './probe-access';
export { reconcile } from './reconcile';
export { sweep } from './sweep';
