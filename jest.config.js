const { availableParallelism } = require('node:os');

const compiled = (tsx) => [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', tsx },
      transform: { react: { runtime: 'automatic', importSource: 'preact' } },
      target: 'es2022',
    },
    module: { type: 'commonjs' },
  },
];

/** @type {import('jest').Config} */
const shared = {
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/test/helpers/set-up.ts'],
  // Apart, because in .tsx files `<T>(value) => …` reads as an element.
  transform: { '^.+\\.ts$': compiled(false), '^.+\\.tsx$': compiled(true) },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.fulcrum/'],
};

const inTest = (paths) => paths.map((path) => `<rootDir>/test/${path}`);
const matching = (paths) => inTest(paths).map((path) => (path.endsWith('/') ? `${path}**/*.test.ts` : path));

/** Pure tests: folders, and single files by their name. */
const pure = ['unit/', 'contract/', 'replay/', 'architecture.test.ts'];

/** With servers, and quick: each kind of test is among them. */
const quick = [
  'api/',
  'db/',
  'runtime/jest-setup.test.ts',
  'workflow/attention.test.ts',
  'workflow/callbacks.test.ts',
  'workflow/happy-path.test.ts',
  'workflow/repeats.test.ts',
  'workflow/several-assessments.test.ts',
  'workflow/skips.test.ts',
  'vendors/whole-way.test.ts',
  'simulators/lever.test.ts',
  'acceptance/upwage/revoking.test.ts',
  'faults/kill-once.test.ts',
];

const withServers = {
  ...shared,
  globalSetup: '<rootDir>/test/helpers/global-setup.ts',
  globalTeardown: '<rootDir>/test/helpers/global-teardown.ts',
};

const cores = availableParallelism();

/**
 * Three projects. `npm test` runs `pure` and `quick`, `npm run test:rest` what is left, `npm run test:all` everything.
 * Pure tests need no servers; all others share one PostgreSQL and one Temporal server, which are started before the
 * first test when any test of the run needs them.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  maxWorkers: cores,
  testSequencer: '<rootDir>/test/helpers/sequencer.js',
  // A worker that has run many files holds gigabytes; a new one starts in a second.
  workerIdleMemoryLimit: '1.5GB',
  // Cases side by side in one file mostly wait for the servers.
  maxConcurrency: 2 * cores,
  collectCoverageFrom: [
    // Not workflows: they run in Temporal's sandbox, where nothing is counted.
    '{activities,api,db,domain,lever,platform,vendors,workers}/**/*.{ts,tsx}',
    // Programs, which tests start as processes of their own.
    '!*/main.ts',
  ],
  // Pure rules can be tried without anything else; of the other folders a figure says little about what is tested.
  coverageThreshold: { './domain/': { lines: 85, branches: 80 } },
  projects: [
    { ...shared, displayName: 'pure', testMatch: matching(pure) },
    { ...withServers, displayName: 'quick', testMatch: matching(quick) },
    {
      ...withServers,
      displayName: 'thorough',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      // Not as negated patterns of testMatch: Jest leaves their <rootDir> as it stands, and they match nothing.
      testPathIgnorePatterns: [
        ...shared.testPathIgnorePatterns,
        ...inTest([...pure, ...quick]),
        '/test/keys/',
      ],
    },
    // The story of a key restarts workers faster than the development server takes their rates.
    { ...withServers, displayName: 'keys', testMatch: ['<rootDir>/test/keys/**/*.test.ts'] },
  ],
};
