/** The worlds of tests are put together, and stopped, as the hub itself is. */
export { assemble } from '../../scripts/assemble';
export type { AtEnd } from '../../scripts/assemble';
