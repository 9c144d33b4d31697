/**
 * The one limit of the tests: how long a wait goes on before it is taken for one without end. Generous, as a busy
 * machine is slow in everything at once; it costs time only when something fails.
 */
export const waitMs = 240_000;

/**
 * For a hub whose stores are never away in the test: on a busy machine a store that takes its time is not away.
 */
export const patientStores = {
  DATABASE_CONNECT_TIMEOUT: '60s',
  DATABASE_STATEMENT_TIMEOUT: '60s',
  TEMPORAL_TIMEOUT: '60s',
};

/**
 * For a hub whose stores are taken away in the test: it waits for one after the other, and has to answer before those who
 * call it hang up, on a busy machine too. Not shorter: a store that is there and slow would count as away.
 */
export const storesTakenAway = { DATABASE_CONNECT_TIMEOUT: '1s', TEMPORAL_TIMEOUT: '1s' };

/** For a hub whose Lever and vendors always answer: on a busy machine an answer that takes its time is not lost. */
export const patientCalls = { HTTP_TIMEOUT: '60s', WORKER_START_TO_CLOSE: '90s' };

/** For a hub before a server that the test has never answer. */
export const soonGivenUp = { HTTP_TIMEOUT: '3s', WORKER_START_TO_CLOSE: '10s' };

/** Pauses before further attempts of a simulator that tries as long as a test waits for it. */
export const repeatedFor = (lengthMs: number, everyMs: number): number[] =>
  Array.from({ length: Math.ceil(lengthMs / everyMs) }, () => everyMs);

/** A test, or a hook, that hangs outside a wait. Longer than a wait, which says what it saw last; this does not. */
export const testMs = 3 * waitMs;

/** A test asks more in a second than a program does in a minute. */
export const noLimits = { requestsPerMinute: 1_000_000, failedProofsPerMinute: 1_000_000 };
