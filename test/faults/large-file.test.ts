import { fork } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { largestFileBytes } from '../../domain/effects';
import { SEED } from '../../simulators/lever/seed';
import { applicant, inLever } from '../helpers/actions';
import { writtenKey } from '../helpers/keys';
import { patientCalls, patientStores } from '../helpers/limits';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { basic } from '../simulators/lever-client';
import type { Order, Outcome } from './large-file-process';

/** The largest file that Lever takes, fetched, kept and uploaded by a process of its own whose memory is watched. */

const keys = writtenKey('large');
const world = useWorld(() => startWorld({ keys, settings: { performAs: SEED.users.service } }));
let vendor: Server;
beforeAll(async () => {
  vendor = createServer((request, response) => {
    const size = Number(/^\/(\d+)\.pdf$/.exec(request.url ?? '')?.[1]);
    response.writeHead(200, { 'content-type': 'application/pdf' });
    Readable.from(document(size)).pipe(response);
  });
  await new Promise<void>((done) => vendor.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  vendor?.closeAllConnections();
  await new Promise((done) => vendor.close(done));
});

/** After the beginning of a PDF bytes that no compression and no cache makes fewer. */
function* document(size: number): Generator<Buffer> {
  const beginning = Buffer.from('%PDF-');
  yield beginning;
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, 1), Buffer.alloc(16, 2));
  const chunk = 64 * 1024;
  for (let left = size - beginning.length; left > 0; left -= chunk) {
    yield cipher.update(Buffer.alloc(Math.min(chunk, left)));
  }
}

/** In a process with the hub's own parts, against the world's database and Lever. */
function carried(order: Order): Promise<Outcome> {
  const child = fork(join(__dirname, 'large-file-process.ts'), {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      DATABASE_URL: world.databaseUrl,
      FULCRUM_KEYS: keys,
      LEVER_API_URL: world.lever.apiUrl,
      OUTBOUND_ALLOW: '127.0.0.0/8',
      WORKER_LEVER_RATE: '0',
      ...patientStores,
      ...patientCalls,
    },
  });
  return new Promise<Outcome>((resolve, reject) => {
    child.once('message', ({ outcome, error }: { outcome?: Outcome; error?: string }) =>
      outcome === undefined ? reject(new Error(error)) : resolve(outcome),
    );
    child.once('exit', (code) => reject(new Error(`the process ended with ${String(code)}`)));
    child.send(order);
  }).finally(() => child.kill());
}

it('arrives byte for byte, through a process that never holds it', async () => {
  const person = applicant(world);
  const { opportunityId } = person;
  const vendorFiles = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  const order = {
    connectionId: world.connection.id,
    opportunityId,
    vendorFiles,
    bytes: largestFileBytes,
  };
  const { kept, keeping, upload } = await carried(order);
  expect(kept.size).toBe(28 * 1024 * 1024);
  const file = inLever(world, person).files.find(({ size }) => size === kept.size);
  const authorization = basic(SEED.apiKey);
  const answer = await fetch(file?.downloadUrl ?? '', { headers: { authorization } });
  const arrived = createHash('sha256').update(Buffer.from(await answer.arrayBuffer()));
  expect(arrived.digest('hex')).toBe(kept.sha256);
  // A few pieces of 256 KiB in their several forms; the file itself would show with at least its own size.
  expect(keeping.held).toBeLessThan(kept.size / 2);
  expect(upload.held).toBeLessThan(kept.size / 2);
});
