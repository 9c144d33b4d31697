import regexp from 'eslint-plugin-regexp';
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
  ...tseslint.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { regexp },
    rules: {
      // The text may be a stranger's: an expression whose time grows with the square of its length stops everybody.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
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
    // Programs for people, tests, and the one place that reads the environment and hands it on.
    files: ['scripts/**', 'test/**', 'bench/**', 'simulators/**', '*/main.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
);
