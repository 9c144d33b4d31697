import type { Fault } from '../../simulators/lever/faults';

/** What Lever can do to a request, whichever it is. */
export type Trouble = Fault extends infer One
  ? One extends Fault
    ? Omit<One, 'path' | 'method'>
    : never
  : never;
