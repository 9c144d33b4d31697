import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { standardContractDocument } from '../../api/openapi/standard-contract';
import { fuzz, installSchemathesis } from './schemathesis';
import { startFuzzVendor } from './vendor';
import { startFuzzWorld } from './world';

/**
 * `node --import tsx scripts/api-fuzz/main.ts`: schemathesis makes up requests from the published documents and holds each answer
 * against them: first against a whole hub of its own, then against the example vendor of the standard contract.
 * `--seconds` is how long the hub is asked; `--only hub` or `--only vendor` leaves the other out. Ends with 1 when an
 * answer was a server error or is not in the document.
 */

const say = (line: string): void => console.log(line);
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '180' }, only: { type: 'string' } },
});
const seconds = Number(values.seconds);
if (!Number.isFinite(seconds) || seconds < 10) throw new Error('--seconds takes a number from 10 on.');
if (values.only !== undefined && !['hub', 'vendor'].includes(values.only)) {
  throw new Error('--only takes hub or vendor.');
}

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
const { signal } = stopped;

async function start(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'fulcrum-fuzz-'));
  try {
    const program = await installSchemathesis(signal);
    const hub = values.only === 'vendor' || (await fuzzHub(program, folder));
    const vendor = values.only === 'hub' || (await fuzzVendor(program, folder));
    return hub && vendor;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fuzzHub(program: string, folder: string): Promise<boolean> {
  const { url, headers, env, stop } = await startFuzzWorld(join(folder, 'hub'), say);
  try {
    say('\nthe hub');
    return await fuzz(program, {
      document: `${url}/api/v1/openapi.json`,
      url,
      mode: 'all',
      seconds,
      headers,
      moreChecks: ['unsupported_method', 'allow_header_conformance', 'ignored_auth'],
      env,
      folder,
      signal,
    });
  } finally {
    await stop();
  }
}

/** The vendor answers, so only what the hub could send is asked: no vendor needs to check more than that. */
async function fuzzVendor(program: string, folder: string): Promise<boolean> {
  const document = join(folder, 'contract.json');
  writeFileSync(document, JSON.stringify(standardContractDocument('https://hub.example')));
  const { url, env, stop } = await startFuzzVendor();
  try {
    say('\nthe example vendor of the standard contract');
    return await fuzz(program, {
      document,
      url,
      mode: 'positive',
      seconds: Math.min(seconds, 60),
      env,
      folder,
      signal,
    });
  } finally {
    await stop();
  }
}

start()
  .then((fine) => process.exit(fine ? 0 : 1))
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
