import type { Forgotten, KeptDays, Retention } from '../db/repositories/retention';

/** What a Schedule that older code has made does not say. */
type Added = Pick<KeptDays, 'refused' | 'ignored' | 'waiting' | 'credentials'>;
const unlessSaid: Added = { refused: 7, ignored: 30, waiting: 90, credentials: 30 };

/** How records end (decision 0016). */
export interface RetentionRecords {
  /** Forgets a bounded part of what is too old; all zero when nothing is left. */
  forgetOld(input: { days: Omit<KeptDays, keyof Added> & Partial<Added> }): Promise<Forgotten>;
}

export const createRetentionRecords = ({ retention }: { retention: Retention }): RetentionRecords => ({
  forgetOld: ({ days }) => retention.forget({ ...unlessSaid, ...days }),
});
