import { createCipheriv } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createLeverEffects } from '../../activities/lever-effects';
import type { EffectCall } from '../../activities/types';
import type { KeptFile } from '../../db/repositories/files';
import { loadConfig } from '../../platform/config';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { createLogger } from '../../platform/log';
import { composeWorker } from '../../workers/compose';

/** A process in which a file comes from a vendor, is kept, and goes to Lever; it tells how much memory that took. */

/** What the parent sends. */
export interface Order {
  connectionId: string;
  opportunityId: string;
  bytes: number;
}

/** What it gets back. */
export interface Outcome {
  kept: KeptFile;
  keeping: Memory;
  upload: Memory;
}

/** Bytes at most, beyond what there was before. */
export interface Memory {
  /** In use: what is left when everything is collected that can be. */
  held: number;
  /** Of the process: with what was collected and not yet given back. */
  resident: number;
}

process.once('message', (order: Order) => {
  void carry(order).then(
    (outcome) => process.send?.({ outcome }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

async function carry({ connectionId, opportunityId, bytes }: Order): Promise<Outcome> {
  const config = loadConfig(process.env);
  const ring = parseKeyRing(process.env['FULCRUM_KEYS'] ?? '');
  const parts = composeWorker(config, ring, createLogger({ level: 'silent', name: 'large-file' }));
  await parts.start();
  try {
    const { applyEffect } = createLeverEffects(parts.deps);
    const keep = (size: number): Promise<KeptFile> =>
      parts.deps.files.put(noise(size), {
        assessmentId: 'asm_1',
        name: 'Report.pdf',
        contentType: 'application/pdf',
        maxBytes: size,
      });
    const upload = async ({ id: fileId, size, sha256 }: KeptFile): Promise<void> => {
      const effect = {
        kind: 'file',
        fileId,
        name: `${sha256}.pdf`,
        contentType: 'application/pdf',
        size,
      } as const;
      const call: EffectCall = {
        assessmentId: 'asm_1',
        connectionId,
        opportunityId,
        effectId: 'completed/file',
        effect,
      };
      const activity = new MockActivityEnvironment({ startToCloseTimeoutMs: 60_000 });
      await activity.run(applyEffect, { ...call, batch: null });
    };
    // Code and connections come into memory with the first file, whatever its size.
    await upload(await keep(3_000_000));
    const [kept, keeping] = await watched(() => keep(bytes));
    const [, uploading] = await watched(() => upload(kept));
    return { kept, keeping, upload: uploading };
  } finally {
    await parts.stop();
  }
}

/** Bytes that no compression and no cache makes fewer. */
async function* noise(size: number): AsyncGenerator<Buffer> {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, 1), Buffer.alloc(16, 2));
  const chunk = 64 * 1024;
  for (let given = 0; given < size; given += chunk) {
    yield cipher.update(Buffer.alloc(Math.min(chunk, size - given)));
  }
}

/** How much more memory there was while it was at it. Wants `--expose-gc`. */
async function watched<T>(act: () => Promise<T>): Promise<[T, Memory]> {
  const look = (): Memory => {
    const { gc } = globalThis as unknown as { gc: () => void };
    gc();
    // What the first found useless it gives back beside the program, and the second counts.
    gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { held: heapUsed + external, resident: rss };
  };
  const before = look();
  const most = { ...before };
  let timer: NodeJS.Timeout | undefined;
  // Armed anew after each look: collecting takes long on a busy machine, and the work has to get on as well.
  const lookLater = (): void => {
    timer = setTimeout(() => {
      const now = look();
      most.held = Math.max(most.held, now.held);
      most.resident = Math.max(most.resident, now.resident);
      lookLater();
    }, 200);
  };
  lookLater();
  try {
    const result = await act();
    return [result, { held: most.held - before.held, resident: most.resident - before.resident }];
  } finally {
    clearTimeout(timer);
  }
}
