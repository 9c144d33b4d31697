import { encodingKey, keyIdKey } from '../../platform/temporal/codec';

/**
 * Ids of the keys that have sealed the payloads in an answer of Temporal's, wherever in it they stand: inputs, results,
 * failures, memos, headers, summaries. Nothing is opened.
 */
export function keysIn(answer: unknown, found = new Set<string>()): Set<string> {
  if (typeof answer !== 'object' || answer === null || ArrayBuffer.isView(answer)) return found;
  const { metadata } = answer as { metadata?: Record<string, unknown> };
  const id = metadata?.[keyIdKey];
  if (metadata?.[encodingKey] !== undefined && ArrayBuffer.isView(id)) {
    found.add(Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('utf8'));
    return found;
  }
  for (const inner of Object.values(answer)) keysIn(inner, found);
  return found;
}
