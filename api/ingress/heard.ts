import type { Connection } from '../../domain/connection';
import type { Logger } from '../../platform/log';

/** Often enough to be read by people, seldom enough to cost a busy connection nothing. */
const everyMs = 60_000;

/**
 * Notes that Lever called, without holding up the answer: at most once a minute for each connection, but the first event
 * at once, because reconciling begins with it (decision 0005). A test ping comes from Lever's settings page even where the
 * event group was never switched on.
 */
export function createHeard(deps: {
  touch: (connectionId: string, at: number, heard: 'event' | 'ping') => Promise<void>;
  log: Logger;
}) {
  const last = new Map<string, number>();
  /** Whose first event this process has noted: the connections in memory hear of it only later. */
  const begun = new Set<string>();
  return (
    { id, firstHeardAt }: Pick<Connection, 'id' | 'firstHeardAt'>,
    at: number,
    heard: 'event' | 'ping',
  ): void => {
    const isFirst = heard === 'event' && firstHeardAt === null && !begun.has(id);
    const before = last.get(id);
    if (!isFirst && before !== undefined && at - before < everyMs) return;
    last.set(id, at);
    if (isFirst) begun.add(id);
    deps.touch(id, at, heard).catch((error: unknown) => {
      if (last.get(id) === at) last.delete(id);
      if (isFirst) begun.delete(id);
      deps.log.debug({ connectionId: id, err: error }, 'could not note when Lever last called');
    });
  };
}
export type Heard = ReturnType<typeof createHeard>;
