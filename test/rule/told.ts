import type { TimelineKind } from '../../domain/records';
import { SEED } from '../../simulators/lever/seed';
import type { FullAssessment } from '../helpers/actions';
import { operator } from '../helpers/actions';
import type { World } from '../helpers/world';

/** Where the hub says that something goes wrong, and in which words. */
export interface Told {
  where: 'keeps failing' | 'ended' | 'waits for its connection' | 'asks for a person' | 'noted';
  words: string;
}

/** What a run says of itself; null: nothing is wrong so far. */
export function told(run: FullAssessment): Told | null {
  const { timeline, trouble } = run;
  const lines = timeline.flatMap(({ kind, detail }) => (detail === null ? [] : [{ kind, detail }]));
  const lastOf = (...kinds: TimelineKind[]): string =>
    lines.findLast(({ kind }) => kinds.includes(kind))?.detail ?? '';
  if (run.status === 'failed' || run.status === 'skipped') {
    return { where: 'ended', words: lastOf('status', 'ended_unseen') };
  }
  if (run.suspended) return { where: 'waits for its connection', words: lastOf('suspended') };
  if (trouble !== null) return { where: 'keeps failing', words: `${trouble.step}: ${trouble.message}` };
  if (run.attention) return { where: 'asks for a person', words: lastOf('effect_failed') };
  const noted =
    lines.find(({ kind, detail }) => kind === 'effect_failed' || besides.test(detail)) ??
    timeline.find((line) => line.kind === 'status' && line.detail !== null && withoutResult.has(line.status));
  return noted === undefined ? null : { where: 'noted', words: noted.detail ?? '' };
}

/** A detail beside these says why there is no result yet, or none. */
const withoutResult = new Set(['awaiting_result', 'completed']);

/** What the timeline calls that which a run asks for beside the invitation, and goes on without. */
const besides =
  /^(cancel at the vendor|extend at the vendor|reminder \d+|poll|resultMissing): |^Only the hub waits longer/;

/** Carries out what a person is asked to decide, now that it is mended. @returns how much that was */
export async function retryAll(world: World, run: FullAssessment): Promise<number> {
  const open = run.live?.attention ?? [];
  for (const { effectId, kind } of open) {
    const effect = `/assessments/${run.id}/effects/${encodeURIComponent(effectId)}`;
    if (kind === 'ask')
      await operator(world, 'POST', `${effect}/dismiss`, { reason: 'looked at the vendor' });
    else await operator(world, 'POST', `${effect}/retry`);
  }
  return open.length;
}

/** Does for a connection what a person would who has mended it. */
export async function restored(world: World): Promise<void> {
  const path = `/connections/${world.connection.id}`;
  const { body } = await operator<{ status: string }>(world, 'GET', path);
  if (body.status === 'impaired') await operator(world, 'POST', `${path}/test`);
  if (body.status === 'disconnected') {
    await operator(world, 'POST', `${path}/reconnect`, { lever: { apiKey: SEED.apiKey } });
  }
}
