import { workflowInfo } from '@temporalio/workflow';
import type { Opportunity } from '../../domain/assessment';
import { candidacyLever } from '../shared/proxies';
import type { CandidacyInput } from './contract';
import { searchAlone } from './search-alone';

/**
 * The opportunity to which a screened person's results go: the one that the vendor named, else one of the posting, else any
 * open one of the person, else a new one for the posting. It ends when Lever shows what was made, so that the next search for
 * the same person finds it. Null: none can be found or made, for want of an e-mail address.
 */
export async function candidacy(input: CandidacyInput): Promise<Opportunity | null> {
  const { alsoAs = [], ...search } = input;
  if (alsoAs.length > 0)
    return searchAlone(alsoAs, search, {
      staticSummary: 'the same search, under the id that another key gives it',
      typedSearchAttributes: workflowInfo().typedSearchAttributes,
    });
  const { connectionId, assessmentId, opportunityId, postingId, candidate } = input;
  const { name, email } = candidate;
  const lever = candidacyLever(input.timing);
  const read = (id: string): Promise<Opportunity | null> =>
    lever.readCandidacy.executeWithOptions({ summary: 'read the opportunity' }, [
      { connectionId, assessmentId, opportunityId: id },
    ]);
  const find = (among: { postingId: string | null }, summary: string): Promise<Opportunity | null> =>
    lever.findCandidacy.executeWithOptions({ summary }, [
      { connectionId, assessmentId, email: email ?? '', ...among },
    ]);

  const named = opportunityId === null ? null : await read(opportunityId);
  if (named !== null || email === null) return named;
  const known =
    (await find({ postingId }, 'look for the person among those of the posting')) ??
    (await find({ postingId: null }, 'look for the person among all'));
  if (known !== null) return known;
  const made = await lever.createCandidacy.executeWithOptions(
    { summary: `create an opportunity for posting ${postingId}` },
    [{ connectionId, assessmentId, postingId, name, email }],
  );
  return lever.readMadeCandidacy.executeWithOptions({ summary: 'read the new opportunity' }, [
    { connectionId, assessmentId, opportunityId: made.id, email, postingId },
  ]);
}
