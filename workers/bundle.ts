import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkerOptions } from '@temporalio/worker';
import { bundleWorkflowCode } from '@temporalio/worker';
import sdk from '@temporalio/worker/package.json';

/** Folders whose code runs in the workflow sandbox; what the bundle is made of. */
const sources = ['workflows', 'domain', path.join('platform', 'temporal')];
const root = path.resolve(__dirname, '..');

const workflowsPath = require.resolve('../workflows');
export const failureConverterPath = require.resolve('../platform/temporal/failure-converter');

/**
 * The workflow bundle: the given one, else one that was made from exactly this code before, else a new one. Bundling takes
 * seconds, and a worker that restarts should not wait for them again.
 */
export async function workflowBundle(options: {
  bundlePath: string | null;
  cacheDir: string;
}): Promise<NonNullable<WorkerOptions['workflowBundle']>> {
  if (options.bundlePath !== null) return { codePath: path.resolve(options.bundlePath) };
  const codePath = path.resolve(options.cacheDir, `workflows-${fingerprint()}.js`);
  if (!existsSync(codePath)) await makeBundle(codePath);
  return { codePath };
}

/** Bundles the workflows into one file. Safe when two processes do it at once. */
async function makeBundle(codePath: string): Promise<void> {
  const { code } = await bundleWorkflowCode({ workflowsPath, failureConverterPath, logger: quiet });
  mkdirSync(path.dirname(codePath), { recursive: true });
  const unfinished = `${codePath}.${process.pid}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, codePath);
}

/** @param under the folder that holds {@link sources} */
export function fingerprint(under = root): string {
  const hash = createHash('sha256').update(sdk.version);
  for (const folder of sources) {
    const files = readdirSync(path.join(under, folder), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => /\.[jt]s$/.test(name)).sort()) {
      hash.update(file).update(readFileSync(path.join(under, folder, file)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

const nothing = (): void => undefined;
/** The bundler's own report of its sizes is nothing an operator needs. */
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
