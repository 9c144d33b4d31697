import type { FetchedReport } from '../../activities/screening-types';
import type { ResultFile } from '../../domain/assessment';
import type { ScreeningReport } from '../../domain/screening';
import { explain } from '../shared/failures';
import { documentActivities } from '../shared/proxies';
import { isFailureOfStep } from '../shared/steps';
import type { AssessmentInput } from './contract';
import type { Timeline } from './timeline';

/** Documents on their way from a vendor into the hub's own store. */
export class Documents {
  constructor(
    private readonly input: Pick<AssessmentInput, 'assessmentId' | 'vendor' | 'timing'>,
    private readonly timeline: Pick<Timeline, 'add' | 'addTrouble'>,
  ) {}

  /** Whatever keeps the document away: the outcome is known, and Lever is told of both. */
  async fetch(report: ScreeningReport): Promise<FetchedReport> {
    const { assessmentId, vendor, timing } = this.input;
    try {
      const fetched = await documentActivities(vendor, timing).fetchReport.executeWithOptions(
        { summary: 'fetch the document' },
        [{ assessmentId, report }],
      );
      if ('problem' in fetched) this.timeline.add('effect_failed', `fetch the document: ${fetched.problem}`);
      return fetched;
    } catch (error) {
      if (!isFailureOfStep(error)) throw error;
      const { code, message } = explain(error);
      this.timeline.addTrouble(code, `fetch the document: ${message}`);
      return { problem: message };
    }
  }

  /** Content that came along is kept already. */
  async fetchFile({ name, contentType, sha256, from }: ResultFile): Promise<FetchedReport> {
    if ('url' in from) return this.fetch({ url: from.url, name, sha256, contentType });
    return 'kept' in from ? from.kept : { problem: 'it came without its content' };
  }
}
