import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What programs find in `.env`, each as it is started. A fault in a setting shows that it was read, and ends it. */

const root = join(__dirname, '../..');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fulcrum-env-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What a program that does not start has to say. */
const refusal = (script: string, env: Record<string, string> = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const loader = pathToFileURL(require.resolve('tsx')).href;
    const { PATH = '', HOME = '' } = process.env;
    execFile(
      process.execPath,
      ['--import', loader, join(root, script)],
      { cwd: folder, env: { PATH, HOME, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json'), ...env } },
      (error, stdout, stderr) =>
        error === null ? reject(new Error(`it ended with 0:\n${stdout}`)) : resolve(stderr),
    );
  });

const programs = ['scripts/start.ts', 'api/main.ts', 'workers/main.ts'];

test.each(programs)('%s reads it, and what the environment holds comes before it', async (script) => {
  await writeFile(
    join(folder, '.env'),
    '# As .env.example has them.\n#HTTP_TIMEOUT=soon\nPOSTGRES_PASSWORD=\nLOG_LEVEL=loud\nPORT=none\nMETRICS_PORT=none\n',
  );
  expect(await refusal(script, { PORT: 'neither', METRICS_PORT: '' })).toBe(
    'The configuration cannot be used:\n  - PORT: must be a whole number\n' +
      '  - LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace, silent\n',
  );
});

test('one that cannot be read is named', async () => {
  await mkdir(join(folder, '.env'));
  expect(await refusal('api/main.ts')).toMatch(/^\S+\.env cannot be read: /);
});

test('the demo takes nothing from it: it must not meet the database of a real hub', async () => {
  await writeFile(join(folder, '.env'), 'LOG_LEVEL=loud\n');
  expect(await refusal('scripts/demo/main.ts', { PORT: 'none' })).toBe(
    'The configuration cannot be used:\n  - PORT: must be a whole number\n',
  );
});
