import type { Forgotten, KeptDays, Retention } from '../db/repositories/retention';

/** How records end (design D15). */
export interface RetentionRecords {
  /** Forgets a bounded part of what is too old; all zero when nothing is left. */
  forgetOld(input: { days: KeptDays }): Promise<Forgotten>;
}

export const createRetentionRecords = ({ retention }: { retention: Retention }): RetentionRecords => ({
  forgetOld: ({ days }) => retention.forget(days),
});
