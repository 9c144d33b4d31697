/** @type {import('jest').Config} */
const shared = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript', tsx: false }, target: 'es2022' },
        module: { type: 'commonjs' },
      },
    ],
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.fulcrum/'],
};

const withoutServers = ['test/unit/**', 'test/contract/**', 'test/replay/**', 'test/architecture'];

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
      testMatch: withoutServers.map(
        (path) => `<rootDir>/${path.endsWith('/**') ? `${path}/*` : path}.test.ts`,
      ),
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: [
        '<rootDir>/test/**/*.test.ts',
        ...withoutServers.map((path) => `!<rootDir>/${path.endsWith('/**') ? path : `${path}.test.ts`}`),
      ],
      globalSetup: '<rootDir>/test/helpers/global-setup.ts',
      globalTeardown: '<rootDir>/test/helpers/global-teardown.ts',
    },
  ],
};
