import { condition, proxyActivities, setHandler } from '@temporalio/workflow';
import type { BareActivities } from './activities';
import type { BareInput } from './messages';
import { completedSignal } from './messages';

const act = proxyActivities<BareActivities>({ startToCloseTimeout: '30s' });

/** The same way of a candidate as the hub's, and nothing else: what Temporal itself costs. */
export async function bareAssessment({ opportunityId, callbackUrl }: BareInput): Promise<void> {
  let completed = false;
  setHandler(completedSignal, () => void (completed = true));
  const candidate = await act.readOpportunity(opportunityId);
  const posting = await act.readPosting(candidate.postingId);
  const invitation = await act.invite({ ...candidate, opportunityId, tags: posting.tags, callbackUrl });
  await Promise.all([
    act.addTags(opportunityId, ['POP-IN-Progress', ...posting.tags]),
    act.addLinks(opportunityId, [invitation.url]),
  ]);
  await condition(() => completed);
  const report = await act.readResult(invitation.applicationId);
  await Promise.all([
    act
      .removeTags(opportunityId, ['POP-IN-Progress', 'POP-Error'])
      .then(() => act.addTags(opportunityId, ['POP-Completed'])),
    act.addLinks(opportunityId, [report.url]),
  ]);
}
