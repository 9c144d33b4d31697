import { testMs } from './limits';

/** Runs in every test file before its tests: hooks and tests have the same limit everywhere. */
jest.setTimeout(testMs);
