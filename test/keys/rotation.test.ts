import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assessmentIdOf } from '../../platform/crypto/assessment-id';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { writtenKey } from '../helpers/keys';
import type { Candidate, ProcessWorld } from '../helpers/process-world';
import { startProcessWorld } from '../helpers/process-world';
import { openTemporal } from '../helpers/temporal';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';

/** The whole life of a key, with the hub as it runs in production: from the first one to the second one alone. */

const [k1, k2] = [writtenKey('k1'), writtenKey('k2')];
const world = useWorld(() => startProcessWorld({ environment: { FULCRUM_KEYS: k1 } }));
const root = join(__dirname, '../..');

interface Rotating {
  child: ChildProcess;
  printed: () => string;
  /** Resolves with what it has printed when it says this, or ends. */
  ended: Promise<number | null>;
}

/** `npm run keys:rotate`, as an operator runs it beside the hub. */
function rotate(of: ProcessWorld, keys: string, ...options: string[]): Rotating {
  const loader = pathToFileURL(require.resolve('tsx')).href;
  const child = spawn(
    process.execPath,
    ['--import', loader, join(root, 'scripts/keys/main.ts'), ...options],
    {
      cwd: tmpdir(),
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        TSX_TSCONFIG_PATH: join(root, 'tsconfig.json'),
        ...of.environment,
        DATABASE_URL: of.databaseUrl,
        FULCRUM_KEYS: keys,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let printed = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (part) => (printed += String(part)));
  return { child, printed: () => printed, ended: once(child, 'close').then(() => child.exitCode) };
}

async function restart(of: ProcessWorld, change: Record<string, string>): Promise<void> {
  await of.hub.kill('api', 'worker');
  Object.assign(of.environment, change);
  await of.hub.start('api', 'worker');
}

const invited = ({ email }: Candidate) =>
  until('the vendor was asked to invite', () => world.smg.admin.applications({ email })[0]);
const invite = async (): Promise<Candidate> => {
  const candidate = world.addCandidate();
  world.move(candidate);
  await invited(candidate);
  return candidate;
};
interface Listed {
  data: { id: string; workflowId: string; status: string; candidate: { email: string | null } | null }[];
}
const runOf = async ({ email }: Candidate) =>
  (await world.ask<Listed>(`/assessments?email=${encodeURIComponent(email)}`)).data[0];
const completed = async (candidate: Candidate) => {
  const { applicationId } = await invited(candidate);
  world.smg.admin.complete(applicationId);
  await until(
    'the run is over',
    () => runOf(candidate),
    (run) => run?.status === 'completed',
  );
  await until(
    'Lever shows it',
    () => world.lever.admin.candidate(candidate.opportunityId).tags,
    (tags) => tags.includes('POP-Completed'),
  );
};

it('retires a key: nothing is lost, and all open work goes on', async () => {
  const closed = await invite();
  await completed(closed);
  const open = [await invite(), await invite(), await invite()];
  await until(
    'all of them are on record',
    async () => (await world.ask<Listed>('/assessments')).data.length,
    (n) => n === 4,
  );

  // Each step opens what the one before has sealed.
  await restart(world, { FULCRUM_KEYS: `${k1},${k2}` });
  await restart(world, { FULCRUM_KEYS: `${k2},${k1}`, FULCRUM_ADDRESS_KEYS: `${k2},${k1}` });

  const dry = rotate(world, `${k2},${k1}`, '--dry-run');
  expect([await dry.ended, dry.printed()]).toEqual([
    1,
    expect.stringContaining('sealing key k1 (old): not free yet'),
  ]);
  expect(dry.printed()).toContain('address key k1: callback addresses of open runs: 3; of connections: 1');

  // Webhooks come in all the while, and it is killed again and again.
  const during: Candidate[] = [];
  for (const says of ['connections:', 'deliveries:', 'digests', 'Schedules']) {
    const killed = rotate(world, `${k2},${k1}`);
    during.push(await invite());
    await until(
      'it has come so far',
      () => killed.printed().includes(says) || killed.child.exitCode !== null,
      (isSo) => isSo,
    );
    killed.child.kill('SIGKILL');
    await killed.ended;
  }
  const last = rotate(world, `${k2},${k1}`);
  during.push(await invite());
  expect([await last.ended, last.printed()]).toEqual([
    0,
    expect.stringContaining('sealing key k1 (old): free from'),
  ]);
  expect(last.printed()).not.toContain('cannot be read');
  expect(last.printed()).toMatch(
    /sealing key k1 \(old\).*\n {2}rows: 0\n {2}Schedules: 0; open workflows: 0/,
  );

  await restart(world, { FULCRUM_KEYS: k2 });
  expect((await fetch(`${world.hub.apiUrl}/readyz`)).status).toBe(200);
  expect((await runOf(closed))?.candidate?.email).toBe(closed.email);
  // Their vendors call at addresses that k1 has made.
  for (const candidate of [...open, ...during]) await completed(candidate);
  for (const candidate of [...open, ...during])
    expect(world.smg.admin.applications({ email: candidate.email })).toHaveLength(1);

  // What cannot be read any more is what the report has named: histories that were closed by then.
  const client = await openTemporal({
    address: world.temporalAddress,
    namespace: world.namespace,
    ring: parseKeyRing(k2),
  });
  const run = await runOf(closed);
  expect(run?.id).toBe(assessmentIdOf(run?.workflowId ?? ''));
  await expect(client.workflow.getHandle(run?.workflowId ?? '').result()).rejects.toThrow('FULCRUM_KEYS');
  await client.connection.close();

  const deleting = rotate(world, `${k2},${k1}`, '--delete-closed');
  expect([await deleting.ended, deleting.printed()]).toEqual([
    0,
    expect.stringContaining('sealing key k1 (old): free now'),
  ]);
});

it('tells a person who calls it wrongly how it is called', async () => {
  for (const [options, says] of [
    [['--dry-rum'], 'Usage: npm run keys:rotate'],
    [['--wait', 'long'], '--wait long: write a duration'],
    [['--dry-run', '--delete-closed'], 'changes nothing'],
  ] as const) {
    const wrong = rotate(world, k1, ...options);
    expect([await wrong.ended, wrong.printed()]).toEqual([2, expect.stringContaining(says)]);
  }
});
