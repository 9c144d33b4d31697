import regexp from 'eslint-plugin-regexp';
import simpleImportSort from 'eslint-plugin-simple-import-sort';
import tseslint from 'typescript-eslint';

/**
 * The folders and what each may import: the arrows of the architecture (docs/overview.md). `test/architecture.test.ts`
 * checks the same against the files as they are.
 */
export const folders = {
  domain: [],
  platform: ['domain'],
  lever: ['domain', 'platform'],
  vendors: ['domain', 'platform'],
  workflows: ['domain', 'activities'],
  db: ['domain', 'platform'],
  activities: ['domain', 'lever', 'vendors', 'db', 'platform'],
  workers: ['activities', 'db', 'platform', 'domain', 'lever', 'vendors', 'workflows'],
  api: ['domain', 'lever', 'vendors', 'db', 'platform', 'workflows', 'activities'],
  simulators: [],
};

const everyFolder = Object.keys(folders);

const forbidden = (folder, allowed) => ({
  files: [`${folder}/**/*.{ts,tsx}`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${everyFolder.filter((other) => other !== folder && !allowed.includes(other)).join('|')})(/|$)`,
            message: `${folder}/ may import only: ${[...allowed, 'itself'].join(', ')}.`,
          },
          ...(folder === 'workflows' ? sandbox : []),
          ...(folder === 'platform' ? neutral : []),
          ...(folder === 'api' ? apiTypesOnly : []),
          ...(folder === 'domain' ? pure : []),
        ],
      },
    ],
  },
});

/** Workflow code runs in a sandbox: no Node, and of the activities only their types. */
const sandbox = [
  {
    regex: '^(\\.\\./)+activities',
    allowTypeImports: true,
    message: 'Workflows import activities as types only.',
  },
  { regex: '^node:', message: 'The workflow sandbox has no Node built-ins.' },
];
/** All that platform knows of the domain: error codes, how durations and ids are written, and the mark of what is unsealed. */
const neutral = [
  {
    regex: '^(\\.\\./)+domain/(?!errors$|durations$|ids$|unsealed$)',
    message: 'platform/ has no business words.',
  },
];
/** Of the workflows api knows names and contracts, of the activities their types. */
const apiTypesOnly = [
  {
    regex: '^(\\.\\./)+workflows/(?!(?:names|search-attributes|[^/]+/contract)$)',
    message:
      "api/ speaks to workflows through workflows/names and each workflow's contract, and finds them by workflows/search-attributes.",
  },
  {
    regex: '^(\\.\\./)+activities',
    allowTypeImports: true,
    message: 'api/ knows activities by their types only.',
  },
];
const pure = [{ regex: '^(?!\\.|zod$)', message: 'domain/ is pure: it imports nothing but zod.' }];

export default tseslint.config(
  { ignores: ['node_modules', 'dist', '.fulcrum'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { regexp, 'simple-import-sort': simpleImportSort },
    rules: {
      // Node's modules, packages, then ours from the far ones to the near; no blank lines between.
      'simple-import-sort/imports': ['error', { groups: [['^node:', '^@?\\w', '^\\.\\.', '^\\.']] }],
      // The text may be a stranger's: an expression whose time grows with the square of its length stops everybody.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Numbers are written as anybody would write them.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `return fail(…)` ends a handler early, as it does everywhere in Express.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // It takes what a closure changes while somebody waits for unchanged: `while (answer === null) await …`.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Of an interface whose other implementations wait, or so that what is thrown becomes a rejection.
      '@typescript-eslint/require-await': 'off',
      // The caller names what it knows to be there, e.g. of a sealed JSON text: better said in one place than cast in each.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // The numbers of Temporal's protocol stand in our code; its enums exist as types only.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // `'lever' | VendorId` says more to a reader than `string`.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      // Interfaces are written as methods and fulfilled by closures, which need no `this`.
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: 'error',
      'no-dupe-keys': 'error',
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only platform/config reads the environment.' },
      ],
    },
  },
  {
    // No part of the TypeScript project: rules that ask for types have none here.
    files: ['**/*.{js,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { setTimeout: 'readonly' } },
    rules: { 'no-undef': 'error' },
  },
  {
    // CommonJS, which Jest reads.
    files: ['**/*.js'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  ...Object.entries(folders).map(([folder, allowed]) => forbidden(folder, allowed)),
  {
    // Bodies of answers are looked at as they are, and a test that asserts what is not there fails, which is its purpose.
    files: ['test/**', 'bench/**', 'scripts/new-vendor/template/scenarios/**'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // What a test looks for in every file must not stand in its own.
      '@typescript-eslint/no-unnecessary-template-expression': 'off',
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
    },
  },
  {
    // Programs for people, tests, and the one place that reads the environment and hands it on.
    files: ['scripts/**', 'test/**', 'bench/**', 'simulators/**', '*/main.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
);
