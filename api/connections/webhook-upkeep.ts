import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import type { Logger } from '../../platform/log';

/**
 * Looks in the background whether the webhooks are what they should be: all once after the start (the public address may
 * have changed, somebody may have deleted one in Lever), and those that could not be registered until they are.
 */
export interface WebhookUpkeep {
  start(): void;
  /** Breaks off what is under way: the next start takes it up. */
  stop(): Promise<void>;
}

export interface WebhookUpkeepDeps {
  /** All connections as this process knows them; null before they were read once. */
  connections: () => Connection[] | null;
  checkWebhooks: (id: string, signal: AbortSignal) => Promise<Connection>;
  log: Logger;
  firstPauseMs?: number;
  longestPauseMs?: number;
}

export function createWebhookUpkeep(deps: WebhookUpkeepDeps): WebhookUpkeep {
  const { log } = deps;
  const firstPauseMs = deps.firstPauseMs ?? 2_000;
  const longestPauseMs = deps.longestPauseMs ?? 600_000;
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | null = null;
  /** Those that were there at the start and have not been looked at; null: not known yet. */
  let unseen: Set<string> | null = null;

  const isDue = (connection: Connection): boolean => {
    const { id, status, webhookProblem, stages, refusedSince } = connection;
    // One without stages is still being set up by somebody; one that Lever refuses is asked about elsewhere.
    const isInUse = status === 'active' || status === 'paused' || status === 'impaired';
    if (!isInUse || stages.length === 0 || refusedSince !== null) return false;
    // Another address is looked for after the start only: while processes of two addresses run side by side, as in a
    // deployment, they must not take the webhooks away from each other again and again.
    return unseen?.has(id) === true || webhookProblem !== null;
  };

  /** Whether nothing is left to be tried again. */
  const round = async (): Promise<boolean> => {
    const connections = deps.connections();
    if (connections === null) return false;
    unseen ??= new Set(connections.map(({ id }) => id));
    // Lever may have dropped the webhooks of an access that it did not take: they are looked at once it is back.
    for (const { id, status } of connections) if (status === 'disconnected') unseen.add(id);
    let all = true;
    for (const { id: connectionId } of connections.filter(isDue)) {
      if (signal.aborted) return false;
      try {
        await deps.checkWebhooks(connectionId, signalOfOne(signal));
        unseen.delete(connectionId);
      } catch (error) {
        if (signal.aborted) return false;
        all = false;
        log.warn({ connectionId, err: error }, 'the webhooks could not be looked at; trying again');
        // The others would fare no better, and each would wait for the same deadline.
        if (isStoreAway(error)) break;
      }
    }
    return all;
  };

  const loop = async (): Promise<void> => {
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      const done = await round();
      await sleep(done ? longestPauseMs : pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = done ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs);
    }
  };

  return {
    start() {
      running ??= loop();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Calls leave their listeners at the signal they were given: one that is soon forgotten, not that of the process. */
function signalOfOne(signal: AbortSignal): AbortSignal {
  const one = AbortSignal.any([signal]);
  setMaxListeners(0, one);
  return one;
}

const isStoreAway = (error: unknown): boolean =>
  error instanceof FulcrumError && (error.code === 'temporal.unavailable' || error.code === 'db.unavailable');
