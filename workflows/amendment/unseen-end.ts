import { endedFor } from '../../domain/end-reasons';
import type { Screening } from '../../domain/screening';
import type { Commands } from '../assessment/commands';
import type { KnownFacts } from '../assessment/known-facts';
import type { LateNews } from '../assessment/late-news';
import type { LateResults } from '../assessment/late-results';
import type { RunLifecycle } from '../assessment/lifecycle';
import type { LostInvitation } from '../assessment/lost-invitation';
import type { ScreeningResults } from '../assessment/screening-results';
import type { EndedUnseen } from './contract';

/** What the end of a run that left without a last record is shown by. */
interface Shown {
  lifecycle: Pick<RunLifecycle, 'status'>;
  facts: Pick<KnownFacts, 'traces'>;
  commands: Pick<Commands, 'carryOut'>;
  lost: Pick<LostInvitation, 'mayBeOut' | 'adoptUnseen' | 'takeBack'>;
  lateNews: Pick<LateNews, 'askOnce'>;
  lateResults: Pick<LateResults, 'show'>;
  screeningResults: Pick<ScreeningResults, 'showAgain'>;
}

/** Lever is told of an end that the run itself could not tell. What it has written already is found again by its name. */
export async function showEnd(
  { lifecycle, facts, commands, lost, lateNews, lateResults, screeningResults }: Shown,
  screening: Screening | undefined,
  { reason, ending, ofAmendment }: EndedUnseen,
): Promise<void> {
  const { status } = lifecycle;
  switch (status) {
    case 'completed':
      if (ofAmendment === true && facts.traces.unshown === undefined) return;
      return screening === undefined ? lateResults.show() : screeningResults.showAgain(screening);
    case 'failed':
      await commands.carryOut([
        { do: 'plan', trigger: status, reason: endedFor('ended_unseen', ending ?? reason ?? null) },
      ]);
      // It may have ended over an invitation.
      await lost.adoptUnseen();
      return lateNews.askOnce();
    case 'expired':
    case 'declined':
      await commands.carryOut([{ do: 'plan', trigger: status, reason: null }]);
      return lateNews.askOnce();
    case 'cancelled':
      // The vendor may not have been told.
      await commands.carryOut([{ do: 'cancelAtVendor' }, { do: 'plan', trigger: status, reason: null }]);
      // It may have ended while it looked for an invitation whose answer was lost.
      return lost.mayBeOut ? lost.takeBack() : lateNews.askOnce();
    case 'skipped':
    case 'unwritten':
      // Nobody was invited, or Lever could not be told: nothing shows anything else.
      return;
    case 'routing':
    case 'inviting':
    case 'invited':
    case 'in_progress':
    case 'awaiting_result':
      // No end: what has to be shown of it is its own business.
      return;
  }
}
