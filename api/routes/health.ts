import { type RequestHandler, Router } from 'express';
import type { z } from 'zod';
import { settlesWithin } from '../../platform/settles-within';
import { methodNotAllowed } from '../middleware/problem';
import type { readiness } from '../openapi/operations/machines';

export interface HealthDeps {
  /** Each resolves when the part can be used, and rejects or takes too long when it cannot. */
  checks: Record<'database' | 'temporal' | 'snapshot', () => Promise<unknown>>;
  /** Told whenever it was looked. */
  found: (store: keyof HealthDeps['checks'], isUp: boolean) => void;
  metrics: { contentType: string; metrics: () => Promise<string> };
  /** Lets whoever may read the metrics pass. */
  metricsReader: RequestHandler;
}

type Readiness = z.output<typeof readiness>;

/** A probe that hangs is a probe that failed. */
const checkTimeoutMs = 2_500;
/** Anybody may ask, as often as they like: the stores are asked once a second. */
const freshMs = 1_000;

/** For machines: `/healthz` (the process runs), `/readyz` (each part it leans on), `/metrics` (Prometheus). */
export function healthRoutes(deps: HealthDeps): Router {
  const router = Router();

  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });

  const look = atMostEvery(freshMs, () => readinessOf(deps));
  router.get('/readyz', async (_req, res) => {
    const found = await look();
    res.status(found.status === 'unavailable' ? 503 : 200).json(found);
  });

  router.get('/metrics', deps.metricsReader, async (_req, res) => {
    // What is scraped says how the stores are now, whoever else asks.
    await look();
    const text = await deps.metrics.metrics();
    res.type(deps.metrics.contentType).send(text);
  });

  for (const path of ['/healthz', '/readyz', '/metrics']) router.all(path, methodNotAllowed('GET'));

  return router;
}

async function readinessOf({ checks, found }: HealthDeps): Promise<Readiness> {
  const names = Object.keys(checks) as (keyof HealthDeps['checks'])[];
  const states = await Promise.all(names.map((name) => isFine(checks[name])));
  names.forEach((name, index) => found(name, states[index] === true));
  const parts = Object.fromEntries(
    names.map((name, index) => [name, states[index] ? 'ok' : 'away']),
  ) as Record<keyof HealthDeps['checks'], 'ok' | 'away'>;
  // One store away is weather the hub is built for (decision 0003); it takes messages as long as one is there.
  const canTake = parts.snapshot === 'ok' && (parts.database === 'ok' || parts.temporal === 'ok');
  const status = !canTake ? 'unavailable' : states.every(Boolean) ? 'ok' : 'degraded';
  return { status, ...parts };
}

/** Looks anew once what was seen is older than this; whoever comes while it looks waits for the same. */
function atMostEvery<T>(ms: number, look: () => Promise<T>): () => Promise<T> {
  let seenAt = Number.NEGATIVE_INFINITY;
  let seen: Promise<T> | null = null;
  return () => {
    if (seen === null || performance.now() - seenAt >= ms) {
      // While it looks it is not old, however long that takes.
      seenAt = Number.POSITIVE_INFINITY;
      seen = look().finally(() => (seenAt = performance.now()));
    }
    return seen;
  };
}

async function isFine(check: () => Promise<unknown>): Promise<boolean> {
  try {
    return await settlesWithin(check(), checkTimeoutMs);
  } catch {
    return false;
  }
}
