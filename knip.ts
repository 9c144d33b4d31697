import type { KnipConfig } from 'knip';

/**
 * What nothing imports and what nothing asks for is dead. The first look is at everything; the second, with
 * `--production`, at what runs in production alone (the patterns with `!`), so that a test keeps nothing alive.
 */
const config = ({ production = false }: { production?: boolean }): KnipConfig => ({
  entry: [
    '{api,workers}/main.ts!',
    'scripts/start.ts!',
    // Temporal bundles them, and finds them by their paths.
    'workflows/index.ts!',
    'platform/temporal/failure-converter.ts!',
    // What becomes a new vendor's files.
    'scripts/new-vendor/template/*.ts!',
    'scripts/new-vendor/template/*/*.ts',
    // Programs that are started by their path.
    'scripts/keys/main.ts!',
    'scripts/{demo,api-fuzz,new-vendor}/main.ts',
    'scripts/{histories,openapi,promises,scramble-words}.ts',
    'scripts/embedded/supervisor.mjs!',
    'simulators/*/main.ts',
    'bench/run.ts',
    'bench/*/{main,stub,workflow}.ts',
    'test/**/*-process.ts',
  ],
  project: [
    '**/*.{ts,tsx,js,mjs}!',
    '!{test,bench,simulators}/**!',
    '!scripts/{demo,api-fuzz,histories,new-vendor}/**!',
  ],
  // Temporal's packages ask for any of it; asked for here as well, all share one copy (test/architecture.test.ts).
  ignoreDependencies: ['protobufjs'],
  // Of every Unix.
  ignoreBinaries: ['mkfifo'],
  // A type that stands in an exported signature has a name for whoever calls it. In production alone, what a file uses
  // itself is alive, whoever exports it to whom.
  ignoreExportsUsedInFile: production || { interface: true, type: true },
});

export default config;
