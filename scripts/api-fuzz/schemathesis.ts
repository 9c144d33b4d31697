import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** https://schemathesis.io: a client that makes up requests from an OpenAPI document and judges the answers by it. */
const version = '4.32.5';

/** As many requests of one address as the hub takes, with room to spare. */
const mostPerMinute = 2_800;

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

export interface FuzzRun {
  /** Address or file of the document. */
  document: string;
  /** Where requests go, without the paths of the document. */
  url: string;
  /** `positive`: only what the document allows; `all`: what it forbids as well. */
  mode: 'positive' | 'all';
  seconds: number;
  headers?: Record<string, string>;
  /** More checks of schemathesis, beside those that every run has. */
  moreChecks?: readonly string[];
  /** Read by hooks.py. */
  env?: Record<string, string>;
  /** Reports are put here. */
  folder: string;
  signal: AbortSignal;
}

/**
 * Puts schemathesis into the user's cache where it is not there yet, from PyPI; answers its program.
 * @throws Error when there is no Python 3.10 with venv, or PyPI cannot be reached
 */
export async function installSchemathesis(signal: AbortSignal): Promise<string> {
  const caches = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const folder = join(caches, 'fulcrum', `schemathesis-${version}`);
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const program = join(bin, 'schemathesis');
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  const done =
    (await run('python3', ['-m', 'venv', folder], { signal })) === 0 &&
    (await run(join(bin, 'pip'), ['install', '--quiet', `schemathesis==${version}`], { signal })) === 0;
  if (done) return program;
  throw new Error(
    `schemathesis ${version} could not be installed into ${folder}: it needs Python 3.10 or newer with venv, and PyPI.`,
  );
}

/** Each has its share of the time, because whatever comes first would use it up. */
const phases = [
  { names: 'examples,coverage,fuzzing', share: 2 / 3 },
  // What one answer names is asked for by the next request.
  { names: 'stateful', share: 1 / 3 },
];

/** True: every answer was as the document says. What schemathesis tells goes to standard output. */
export async function fuzz(program: string, asked: FuzzRun): Promise<boolean> {
  let fine = true;
  for (const { names, share } of phases) {
    const seconds = Math.ceil(asked.seconds * share);
    fine = (await fuzzPhases(program, names, { ...asked, seconds })) && fine;
  }
  return fine;
}

async function fuzzPhases(program: string, names: string, asked: FuzzRun): Promise<boolean> {
  const { document, url, mode, seconds, headers = {}, moreChecks = [], env = {}, folder, signal } = asked;
  const status = await run(
    program,
    [
      'run',
      document,
      ...['--url', url],
      ...['--mode', mode],
      ...['--phases', names],
      ...['--checks', [...checks, ...moreChecks].join(',')],
      ...['--max-time', String(seconds)],
      ...['--rate-limit', `${mostPerMinute}/m`],
      ...['--request-timeout', '30'],
      // The same requests each time, as far as the time reaches.
      ...['--generation-deterministic'],
      ...['--continue-on-failure', '--no-color'],
      ...['--report', 'json', '--report-dir', folder],
      ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    ],
    {
      signal,
      cwd: folder,
      env: {
        ...process.env,
        PYTHONPATH: __dirname,
        PYTHONDONTWRITEBYTECODE: '1',
        SCHEMATHESIS_HOOKS: 'hooks',
        ...env,
      },
    },
  );
  return status === 0;
}

function run(
  program: string,
  args: readonly string[],
  options: { signal: AbortSignal; cwd?: string; env?: NodeJS.ProcessEnv },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error(`there is no program ${program}`) : error),
    );
    child.once('close', (code) => resolve(code ?? 1));
  });
}
