import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { temporal } from '@temporalio/proto';
import type { KeyRing } from '../../platform/crypto/keyring';
import { EncryptionCodec } from '../../platform/temporal/codec';
import type { Recorded } from './scenario';

/** A history as JSON, without what tells of the machine that recorded it. */
export async function exportHistory(client: Client, ring: KeyRing, recorded: Recorded): Promise<string> {
  const handle = client.workflow.getHandle(recorded.workflowId, recorded.runId);
  // The last record is written a moment before the workflow itself returns.
  if (recorded.runId === undefined) await handle.result();
  const history = await handle.fetchHistory();
  await forgetStacks(history, new EncryptionCodec(ring));
  const text = historyToJSON(history).replaceAll(`${process.pid}@${hostname()}`, 'worker');
  return `${JSON.stringify(JSON.parse(text), null, 1)}\n`;
}

/** Stack traces name folders of the machine; the codec has sealed them together with the message. */
async function forgetStacks(node: unknown, codec: EncryptionCodec): Promise<void> {
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return;
  const failure = node as { encodedAttributes?: Payload | null };
  if (failure.encodedAttributes) {
    failure.encodedAttributes = await withoutStack(failure.encodedAttributes, codec);
  }
  for (const child of Object.values(node)) await forgetStacks(child, codec);
}

async function withoutStack(sealed: Payload, codec: EncryptionCodec): Promise<Payload> {
  const [opened] = await codec.decode([sealed]);
  const attributes = JSON.parse(Buffer.from(opened?.data ?? []).toString('utf8')) as object;
  const data = Buffer.from(JSON.stringify({ ...attributes, stack_trace: '' }));
  const [again] = await codec.encode([{ ...opened, data }]);
  return temporal.api.common.v1.Payload.create(again);
}
