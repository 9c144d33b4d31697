import type { HttpClient } from './client';
import { HttpError } from './client';
import { DownloadError, type Downloads } from './download';

/** What became of one request: a status, or the kind of fault. Few values, so that they can be labels of a metric. */
export type ReportRequest = (target: string, outcome: string, seconds: number) => void;

/** Tells of each request, under the name of whom it goes to: a host would be another one for every customer. */
export const metered = (http: HttpClient, target: string, report: ReportRequest): HttpClient => ({
  async request(input) {
    const from = performance.now();
    const tell = (outcome: string): void => report(target, outcome, (performance.now() - from) / 1_000);
    try {
      const answer = await http.request(input);
      tell(String(answer.status));
      return answer;
    } catch (error) {
      tell(error instanceof HttpError ? error.kind : 'aborted');
      throw error;
    }
  },
});

/** Under which files are counted, whoever's server they are on. */
const files = 'files';

/** Tells of each file, from the request to its last byte: `refused` will not be otherwise another time, `failed` may. */
export const meteredDownloads = (downloads: Downloads, report: ReportRequest): Downloads => ({
  async open(wanted) {
    const from = performance.now();
    const tell = (outcome: string): void => report(files, outcome, (performance.now() - from) / 1_000);
    const failed = (error: unknown): void => tell(outcomeOf(error));
    try {
      return toldAtItsEnd(await downloads.open(wanted), tell, failed);
    } catch (error) {
      failed(error);
      throw error;
    }
  },
  close: () => downloads.close(),
});

function outcomeOf(error: unknown): string {
  if (!(error instanceof DownloadError)) return 'aborted';
  return error.mayPass ? 'failed' : 'refused';
}

async function* toldAtItsEnd(
  content: AsyncIterable<Uint8Array>,
  tell: (outcome: string) => void,
  failed: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    failed(error);
    throw error;
  }
  tell('200');
}
