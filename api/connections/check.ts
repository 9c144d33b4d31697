import { FulcrumError } from '../../domain/errors';

/** One finding of a connection's test. */
export interface Check {
  name: 'lever' | 'stages' | 'serviceUser' | 'assessments' | 'webhook';
  ok: boolean;
  detail: string | null;
}

/** Carries out one part of the test and notes what came of it; null: it failed. */
export async function check<T>(
  checks: Check[],
  name: Check['name'],
  look: () => Promise<T>,
): Promise<T | null> {
  try {
    const found = await look();
    checks.push({ name, ok: true, detail: null });
    return found;
  } catch (error) {
    if (!(error instanceof FulcrumError)) throw error;
    checks.push({ name, ok: false, detail: `${error.code}: ${error.message}` });
    return null;
  }
}
