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

/** Pure tests: folders, and single files by their name. */
const withoutServers = ['unit/', 'contract/', 'replay/', 'architecture.test.ts'].map(
  (path) => `<rootDir>/test/${path}`,
);

/**
 * Two projects, so that pure tests do not wait for servers: `npx jest --selectProjects unit`.
 * Whatever is not listed as pure gets one PostgreSQL and one Temporal server for the whole run.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  testTimeout: 60_000,
  // Two: the servers of the integration tests want a processor too.
  maxWorkers: 2,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: withoutServers.map((path) => (path.endsWith('/') ? `${path}**/*.test.ts` : path)),
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      // Not as negated patterns of testMatch: Jest leaves their <rootDir> as it stands, and they match nothing.
      testPathIgnorePatterns: [...shared.testPathIgnorePatterns, ...withoutServers],
      globalSetup: '<rootDir>/test/helpers/global-setup.ts',
      globalTeardown: '<rootDir>/test/helpers/global-teardown.ts',
    },
  ],
};
