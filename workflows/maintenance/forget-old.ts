import { setCurrentDetails } from '@temporalio/workflow';
import { retentionRecords } from '../shared/proxies';
import type { ForgetOldInput, ForgottenRecords } from './contract';

/** Far more than a day brings in; what is left then comes with the next run. */
const mostRounds = 500;

/** Ends the keeping of records that are too old (decision 0016), piece by piece, and tells how many there were. */
export async function forgetOld({ days, timing }: ForgetOldInput): Promise<ForgottenRecords> {
  const records = retentionRecords(timing);
  const forgotten: ForgottenRecords = {};
  for (let round = 0; round < mostRounds; round += 1) {
    const some = await records.forgetOld.executeWithOptions({ summary: 'forget what is too old' }, [
      { days },
    ]);
    const kinds = Object.entries(some).filter(([, count]) => count > 0);
    for (const [kind, count] of kinds) forgotten[kind] = (forgotten[kind] ?? 0) + count;
    setCurrentDetails(inWords(forgotten));
    if (kinds.length === 0) break;
  }
  return forgotten;
}

const inWords = (forgotten: ForgottenRecords): string =>
  Object.entries(forgotten)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ') || 'nothing was too old';
