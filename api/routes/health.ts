import { Router } from 'express';
import type { z } from 'zod';
import { methodNotAllowed } from '../middleware/problem';
import { settlesWithin } from '../../platform/settles-within';
import type { readiness } from '../openapi/operations/machines';

export interface HealthDeps {
  /** Each resolves when the part can be used, and rejects or takes too long when it cannot. */
  checks: Record<'database' | 'temporal' | 'snapshot', () => Promise<unknown>>;
  metrics: { contentType: string; metrics: () => Promise<string> };
}

/** A probe that hangs is a probe that failed. */
const checkTimeoutMs = 2_500;

/** For machines: `/healthz` (the process runs), `/readyz` (each part it leans on), `/metrics` (Prometheus). */
export function healthRoutes(deps: HealthDeps): Router {
  const router = Router();

  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });

  router.get('/readyz', async (_req, res) => {
    const names = Object.keys(deps.checks) as (keyof HealthDeps['checks'])[];
    const states = await Promise.all(names.map((name) => isFine(deps.checks[name])));
    const parts = Object.fromEntries(
      names.map((name, index) => [name, states[index] ? 'ok' : 'away']),
    ) as Record<keyof HealthDeps['checks'], 'ok' | 'away'>;
    // One store away is weather the hub is built for (design D2); it takes messages as long as one is there.
    const canTake = parts.snapshot === 'ok' && (parts.database === 'ok' || parts.temporal === 'ok');
    const status = !canTake ? 'unavailable' : states.every(Boolean) ? 'ok' : 'degraded';
    res.status(canTake ? 200 : 503).json({ status, ...parts } satisfies z.output<typeof readiness>);
  });

  router.get('/metrics', async (_req, res) => {
    const text = await deps.metrics.metrics();
    res.type(deps.metrics.contentType).send(text);
  });

  for (const path of ['/healthz', '/readyz', '/metrics']) router.all(path, methodNotAllowed('GET'));

  return router;
}

async function isFine(check: () => Promise<unknown>): Promise<boolean> {
  try {
    return await settlesWithin(check(), checkTimeoutMs);
  } catch {
    return false;
  }
}
