import { MockActivityEnvironment } from '@temporalio/testing';
import { createReportActivities } from '../../activities/files';
import { createLeverEffects } from '../../activities/lever-effects';
import type { FetchedReport } from '../../activities/screening-types';
import type { EffectCall } from '../../activities/types';
import { loadConfig } from '../../platform/config';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { createLogger } from '../../platform/log';
import { vendorRoots } from '../../vendors/registry';
import { composeWorker } from '../../workers/compose';
import { waitMs } from '../helpers/limits';

/** A process that fetches a file at a vendor, keeps it and brings it to Lever; it tells how much memory that took. */

/** What the parent sends. */
export interface Order {
  connectionId: string;
  opportunityId: string;
  /** Where the vendor has files of any size: `<root>/<bytes>.pdf`. */
  vendorFiles: string;
  bytes: number;
}

type KeptFile = Exclude<FetchedReport, { problem: string }>;

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

async function carry({ connectionId, opportunityId, vendorFiles, bytes }: Order): Promise<Outcome> {
  const config = loadConfig(process.env, vendorRoots);
  const ring = parseKeyRing(process.env['FULCRUM_KEYS'] ?? '');
  const parts = composeWorker(
    config,
    ring,
    createLogger({ level: 'silent', name: 'large-file' }),
    () => undefined,
  );
  await parts.start();
  try {
    const { applyEffect } = createLeverEffects(parts.deps);
    const { fetchReport } = createReportActivities(parts.deps);
    const environment = () => new MockActivityEnvironment({ startToCloseTimeoutMs: waitMs });
    const keep = async (size: number): Promise<KeptFile> => {
      const report = { url: `${vendorFiles}/${size}.pdf`, name: 'Report.pdf', sha256: null };
      const asked = { assessmentId: 'asm_1', report };
      const fetched = await environment().run<[typeof asked], FetchedReport, typeof fetchReport>(
        fetchReport,
        asked,
      );
      if ('problem' in fetched) throw new Error(fetched.problem);
      return fetched;
    };
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
      await environment().run(applyEffect, { ...call, batch: null });
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
