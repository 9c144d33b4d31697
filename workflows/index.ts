/** The one entry of the workflow bundle. */
export { amendment } from './amendment';
export { assessment } from './assessment';
