import type { HttpClient } from './client';
import { HttpFault } from './client';

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
      tell(error instanceof HttpFault ? error.kind : 'aborted');
      throw error;
    }
  },
});
