import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workflowBundle } from '../../workers/bundle';

/** The path of one bundle for all test files and runs: its name holds the fingerprint of the workflow code. */
export async function sharedBundle(): Promise<string> {
  const made = await workflowBundle({ bundlePath: null, cacheDir: join(tmpdir(), 'fulcrum-test-bundles') });
  if (!('codePath' in made)) throw new Error('the bundle is not a file');
  return made.codePath;
}
