import { createHash } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import type { KeptResultFile, ResultFile } from '../domain/assessment';
import { largestFileBytes } from '../domain/effects';
import { FulcrumError } from '../domain/errors';
import { DownloadError } from '../platform/http/download';
import { fileTypeOf, isOfType, pdf } from '../platform/http/file-types';
import type { ActivityDeps } from './deps';
import type { FetchedReport, ReportActivities } from './screening-types';

/** Documents that vendors name by their address (decision 0023): fetched once, kept sealed until Lever has them. */
export function createReportActivities(deps: Pick<ActivityDeps, 'files' | 'downloads'>): ReportActivities {
  return {
    async fetchReport({ assessmentId, report }): Promise<FetchedReport> {
      const { name, contentType = pdf.contentType } = report;
      const type = fileTypeOf(contentType);
      if (type === null) return { problem: `the hub takes no ${contentType}` };
      try {
        const content = await deps.downloads.open({
          url: report.url,
          type,
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
        if (!(error instanceof DownloadError)) throw error;
        if (!error.mayPass) return { problem: error.message };
        throw new FulcrumError('vendor.unavailable', error.message, { cause: error });
      }
    },
  };
}

/**
 * Keeps a file that came along in a vendor's answer, checked as if it had been fetched.
 * @param content base64
 */
export async function keepContent(
  deps: Pick<ActivityDeps, 'files'>,
  assessmentId: string,
  { name, contentType, sha256 }: ResultFile,
  content: string,
): Promise<KeptResultFile> {
  const bytes = Buffer.from(content, 'base64');
  const type = fileTypeOf(contentType);
  if (type === null) return { problem: `the hub takes no ${contentType}` };
  if (isOfType(type, bytes) !== true) return { problem: `its content is no ${contentType}` };
  if (sha256 !== null && createHash('sha256').update(bytes).digest('hex') !== sha256.toLowerCase()) {
    return { problem: 'its content is not the announced one (SHA-256 differs)' };
  }
  const about = { assessmentId, name, contentType, maxBytes: largestFileBytes };
  return { ...(await deps.files.put(piecesOf(bytes), about)), name, contentType };
}

async function* piecesOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
