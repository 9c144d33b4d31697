import type { Logger } from '../../platform/log';

/** Often enough to be read by people, seldom enough to cost a busy connection nothing. */
const everyMs = 60_000;

/** Notes that Lever called, at most once a minute for each connection, without holding up the answer. */
export function createHeard(deps: {
  touch: (connectionId: string, at: number) => Promise<void>;
  log: Logger;
}) {
  const last = new Map<string, number>();
  return (connectionId: string, at: number): void => {
    const before = last.get(connectionId);
    if (before !== undefined && at - before < everyMs) return;
    last.set(connectionId, at);
    deps.touch(connectionId, at).catch((error: unknown) => {
      if (last.get(connectionId) === at) last.delete(connectionId);
      deps.log.debug({ connectionId, err: error }, 'could not note when Lever last called');
    });
  };
}
export type Heard = ReturnType<typeof createHeard>;
