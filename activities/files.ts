import { activityInfo } from '@temporalio/activity';
import { largestFileBytes } from '../domain/effects';
import { FulcrumError } from '../domain/errors';
import { DownloadFault, pdf } from '../platform/http/download';
import type { ActivityDeps } from './deps';
import type { FetchedReport, ReportActivities } from './screening-types';

/** Documents that vendors name by their address (design 8): fetched once, kept sealed until Lever has them. */
export function createReportActivities(deps: Pick<ActivityDeps, 'files' | 'downloads'>): ReportActivities {
  return {
    async fetchReport({ assessmentId, report }): Promise<FetchedReport> {
      const { name } = report;
      const { contentType } = pdf;
      try {
        const content = await deps.downloads.open({
          url: report.url,
          type: pdf,
          maxBytes: largestFileBytes,
          sha256: report.sha256,
          // The rest of the attempt is for what is still on its way into the store.
          timeoutMs: Math.floor((activityInfo().startToCloseTimeoutMs * 5) / 6),
        });
        const kept = await deps.files.put(content, {
          assessmentId,
          name,
          contentType,
          maxBytes: largestFileBytes,
        });
        return { ...kept, name, contentType };
      } catch (error) {
        if (!(error instanceof DownloadFault)) throw error;
        if (!error.mayPass) return { problem: error.message };
        throw new FulcrumError('vendor.unavailable', error.message, { cause: error });
      }
    },
  };
}
