import type { PlannedEffect } from '../../domain/effects';
import type { PlanInput } from '../define';
import {
  addLink,
  because,
  clearStatus,
  completionNote,
  last,
  note,
  reachedThreshold,
  stageMove,
  swapStatus,
} from '../plan-kit';
import { cancelledAtSmg } from './requests';
import type { SmgSettings } from './settings';

type Input = PlanInput<SmgSettings>;

/** What Lever shows of an SMG assessment: one status tag, a link to the questionnaire, later one to the report. */
export function plan(input: Input): PlannedEffect[] {
  switch (input.moment) {
    case 'invited':
      return invited(input);
    case 'started':
    case 'progress':
      // The status tag says "in progress" from the invitation on.
      return [];
    case 'completed':
      return completed(input);
    case 'reminded':
      return [note('note', reminder(input))];
    case 'expired':
    case 'declined':
    case 'failed':
    case 'cancelled':
      return ended(input);
    case 'skipped':
      // Another run's status tag may be there and stays: the note says what this one was about.
      return [
        { kind: 'addTags', key: 'status', tags: [input.settings.tags.error] },
        note('note', because('No SMG assessment was sent', input.detail)),
      ];
  }
}

const nameOf = (input: Input): string =>
  input.route === null ? 'The SMG assessment' : `The SMG assessment "${input.route.assessmentName}"`;

/** The posting's own tags ride along with the status tag: one request instead of two (design 10.4). */
function invited({ settings, inheritTags, presentTags, invitation }: Input): PlannedEffect[] {
  const { inProgress, completed: done, error } = settings.tags;
  const ofEarlierRuns = [done, error].filter((tag) => presentTags.includes(tag));
  return [
    ...swapStatus([inProgress, ...inheritTags], ofEarlierRuns),
    ...(invitation?.url ? [addLink('link', invitation.url)] : []),
  ];
}

/** The status and the stage are the candidate's, not the assessment's: the last of several to end sets them. */
function completed(input: Input): PlannedEffect[] {
  const { settings, result, openSiblings } = input;
  const { inProgress, completed: done, error } = settings.tags;
  const isLast = openSiblings === 0;
  const threshold = reachedThreshold(settings.thresholds, result?.score ?? null);
  const report = result?.reports[0];
  const effects: PlannedEffect[] = [
    ...(isLast ? swapStatus([done], [inProgress, error]) : []),
    ...(report === undefined ? [] : [addLink('report', report.url)]),
    ...(threshold?.tag === undefined ? [] : [thresholdTag(threshold.tag)]),
    ...completionNotes(input),
  ];
  const move = isLast ? stageMove(settings, threshold, input.stageId) : null;
  return move === null ? effects : last(effects, move);
}

/** Without a result there is nothing to fill the customer's text with; why it is missing has to be said all the same. */
function completionNotes(input: Input): PlannedEffect[] {
  const { settings, route, result, detail } = input;
  if (result === null && detail !== null) {
    return [note('note', `${nameOf(input)} was completed. ${detail}`)];
  }
  return settings.note === undefined ? [] : [note('note', completionNote(settings.note, route, result))];
}

const thresholdTag = (tag: string): PlannedEffect => ({ kind: 'addTags', key: 'threshold', tags: [tag] });

function reminder(input: Input): string {
  const link = input.invitation?.url;
  return `${nameOf(input)} has not been completed yet.${link ? ` The candidate takes it here: ${link}` : ''}`;
}

const endings = {
  expired: 'expired before it was completed',
  declined: 'was declined by the candidate',
  failed: 'failed',
  cancelled: 'was cancelled',
} as const;

/** A cancelled run is nobody's error: only its "in progress" goes. */
function ended(input: Input): PlannedEffect[] {
  const { inProgress, completed: done, error } = input.settings.tags;
  const moment = input.moment as keyof typeof endings;
  const wasInvited = input.invitation !== null;
  // SMG has no way to withdraw an invitation (design 10.8).
  const endedHere = input.detail !== cancelledAtSmg && (moment === 'expired' || moment === 'cancelled');
  const stillOpen = wasInvited && endedHere;
  const text = because(`${nameOf(input)} ${endings[moment]}`, input.detail);
  const why = note(
    'note',
    stillOpen ? `${text} SMG cannot withdraw an invitation, so its link may still open.` : text,
  );
  if (input.openSiblings > 0) return [why];
  if (moment === 'cancelled') return [...(wasInvited ? [clearStatus([inProgress])] : []), why];
  return [...swapStatus([error], wasInvited ? [inProgress, done] : []), why];
}
