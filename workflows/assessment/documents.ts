import type { FetchedReport } from '../../activities/screening-types';
import type { AssessmentResult, ResultFile } from '../../domain/assessment';
import type { Plan } from '../../domain/effects';
import type { ScreeningReport } from '../../domain/screening';
import { explain } from '../shared/failures';
import type { invitedCall } from './moments';
import { documentActivities, planning } from '../shared/proxies';
import type { Run } from './run';
import { isFailureOfStep } from '../shared/steps';

/** Documents on their way from a vendor into the hub's own store. */

/** Whatever keeps the document away: the outcome is known, and Lever is told of both. */
export async function fetchDocument(run: Run, report: ScreeningReport): Promise<FetchedReport> {
  const { assessmentId, vendor, timing } = run.input;
  try {
    const fetched = await documentActivities(vendor, timing).fetchReport.executeWithOptions(
      { summary: 'fetch the document' },
      [{ assessmentId, report }],
    );
    if ('problem' in fetched) run.addRecord('effect_failed', `fetch the document: ${fetched.problem}`);
    return fetched;
  } catch (error) {
    if (!isFailureOfStep(error)) throw error;
    const { code, message } = explain(error);
    run.noteTrouble(code, `fetch the document: ${message}`);
    return { problem: message };
  }
}

/** What Lever is told of a result, once its files are in the hub's own store: they go there ahead of the move. */
export async function planOf(
  run: Run,
  call: NonNullable<ReturnType<typeof invitedCall>> & { amends: boolean },
  { result, digest, plan }: { result: AssessmentResult; digest: string; plan: Plan },
): Promise<Plan> {
  const wanted = result.files ?? [];
  const isAlone = call.amends || call.subject.siblings === 0;
  if (wanted.length === 0 && isAlone) return plan;
  // Written before the siblings are counted: of two that finish at once, at least the later one sees both done.
  if (!isAlone) await run.ledger.flush();
  const files = await Promise.all(wanted.map((file) => fetchFile(run, file)));
  return run.gate.during(() =>
    planning.planResult.executeWithOptions({ summary: 'plan what Lever shows: completed' }, [
      { ...call, found: { result, digest }, files },
    ]),
  );
}

/** Content that came along is kept already. */
async function fetchFile(run: Run, { name, contentType, sha256, from }: ResultFile): Promise<FetchedReport> {
  if ('url' in from) return fetchDocument(run, { url: from.url, name, sha256, contentType });
  return 'kept' in from ? from.kept : { problem: 'it came without its content' };
}
