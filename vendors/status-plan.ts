import type { AssessmentResult, Route } from '../domain/assessment';
import type { PlannedEffect } from '../domain/effects';
import type { Moment } from '../domain/reducer';
import type { CommonSettings } from '../domain/settings';
import type { PlanInput } from './define';
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
} from './plan-kit';

/**
 * What most vendors want Lever to show: one status tag that follows the run, a link to the assessment, later one to the
 * result, a note where something ended otherwise than hoped, and a move at the end. A vendor describes its own way of it.
 */
export interface StatusPlan<Settings extends CommonSettings> {
  /** What is taken, as a sentence begins: "The Jobma interview". */
  subject: string;
  /** The hub does not know the assessments' own names, so no sentence gives one. */
  nameless?: boolean;
  /** How the sentence begins that says that there is none: "No Jobma interview was sent". */
  unsent: string;
  /** The tag of each state. A state without one is shown by none; without `expired` or `declined` the error tag stands in. */
  tags: (settings: Settings) => StatusTags;
  /** The status tag of the invitation waits until the link is there. */
  linkFirst?: boolean;
  /** Whether the candidate's link is added to the opportunity. Default: it is. */
  linksInvitation?: boolean;
  /** Whether a link to the result is added when it is there. */
  linksReport: boolean;
  /** The tag that a result asks for. Default: `completed`. */
  verdict?: (result: AssessmentResult) => keyof StatusTags;
  /** The note on completion where the settings give no text of their own; null: none. */
  completionText?: (input: PlanInput<Settings>) => string | null;
  /** Moves only a candidate who is still in one of the trigger stages. */
  movesOnlyFromTrigger?: boolean;
  /** What happened, where the usual words do not fit. */
  endings?: Partial<Record<Ending, string>>;
  /** A sentence behind an ending, e.g. that the link still opens; null: nothing to add. */
  aside?: (input: PlanInput<Settings>) => string | null;
}

export interface StatusTags {
  invited?: string;
  started?: string;
  completed?: string;
  expired?: string;
  declined?: string;
  error: string;
}

type Ending = 'expired' | 'declined' | 'failed' | 'cancelled';

const usualEndings: Record<Ending, string> = {
  expired: 'expired before it was completed',
  declined: 'was declined by the candidate',
  failed: 'failed',
  cancelled: 'was cancelled',
};

/** Makes a vendor's `plan`. */
export function statusPlan<Settings extends CommonSettings>(
  way: StatusPlan<Settings>,
): (input: PlanInput<Settings>) => PlannedEffect[] {
  return (input) => {
    switch (input.moment) {
      case 'invited':
        return invited(way, input);
      case 'started':
      case 'progress':
        return started(way, input);
      case 'completed':
        return completed(way, input);
      case 'reminded':
        return [note('note', reminder(way, input))];
      case 'expired':
      case 'declined':
      case 'failed':
      case 'cancelled':
        return ended(way, input, input.moment);
      case 'skipped':
        // Another run's status tag may be there and stays: the note says what this one was about.
        return [
          { kind: 'addTags', key: 'status', tags: [way.tags(input.settings).error] },
          note('note', because(way.unsent, input.detail)),
        ];
    }
  };
}

/** The subject with the assessment's name, where one is known. */
export const named = (subject: string, route: Route | null): string =>
  route === null ? subject : `${subject} "${route.assessmentName}"`;

const subjectOf = <S extends CommonSettings>(way: StatusPlan<S>, route: Route | null): string =>
  way.nameless === true ? way.subject : named(way.subject, route);

/** All status tags but one. */
const others = (tags: StatusTags, shown: string | undefined): string[] =>
  [tags.invited, tags.started, tags.completed, tags.expired, tags.declined, tags.error].filter(
    (tag) => tag !== undefined && tag !== shown,
  ) as string[];

/** The posting's own tags ride along with the status tag: one request instead of two (design 10.4). */
function invited<S extends CommonSettings>(way: StatusPlan<S>, input: PlanInput<S>): PlannedEffect[] {
  const tags = way.tags(input.settings);
  const link =
    way.linksInvitation !== false && input.invitation?.url ? [addLink('link', input.invitation.url)] : [];
  const shown = [...(tags.invited === undefined ? [] : [tags.invited]), ...input.inheritTags];
  const ofEarlierRuns = others(tags, tags.invited).filter((tag) => input.presentTags.includes(tag));
  const status = show(shown, ofEarlierRuns);
  if (way.linkFirst !== true || link.length === 0) return [...status, ...link];
  const behindLink = status.map((effect) =>
    effect.kind === 'addTags' ? { ...effect, after: ['link', ...(effect.after ?? [])] } : effect,
  );
  return [...link, ...behindLink];
}

/** Where a state has no tag, only the old ones go. */
function show(tags: string[], instead: string[]): PlannedEffect[] {
  if (tags.length > 0) return swapStatus(tags, instead);
  return instead.length === 0 ? [] : [clearStatus(instead)];
}

function started<S extends CommonSettings>(way: StatusPlan<S>, { settings }: PlanInput<S>): PlannedEffect[] {
  const tags = way.tags(settings);
  // Where there is none, the tag of the invitation speaks for the start as well.
  return tags.started === undefined ? [] : swapStatus([tags.started], others(tags, tags.started));
}

/** The status and the stage are the candidate's, not the assessment's: the last of several to end sets them. */
function completed<S extends CommonSettings>(way: StatusPlan<S>, input: PlanInput<S>): PlannedEffect[] {
  const { settings, result, openSiblings } = input;
  const tags = way.tags(settings);
  const isLast = openSiblings === 0;
  const verdict = result === null ? 'completed' : (way.verdict?.(result) ?? 'completed');
  const tag = tags[verdict];
  const threshold = reachedThreshold(settings.thresholds, result?.score ?? null);
  const report = way.linksReport ? result?.reports[0] : undefined;
  const effects: PlannedEffect[] = [
    ...(isLast ? show(tag === undefined ? [] : [tag], others(tags, tag)) : []),
    ...(report === undefined ? [] : [addLink('report', report.url)]),
    ...(threshold?.tag === undefined ? [] : [thresholdTag(threshold.tag)]),
    ...completionNotes(way, input),
  ];
  const move = isLast && verdict === 'completed' ? moveOf(way, input, threshold) : null;
  return move === null ? effects : last(effects, move);
}

function moveOf<S extends CommonSettings>(
  way: StatusPlan<S>,
  { settings, stageId }: PlanInput<S>,
  threshold: { stage?: string | undefined } | null,
): PlannedEffect | null {
  const move = stageMove(settings, threshold, stageId);
  if (move?.kind !== 'stage' || way.movesOnlyFromTrigger !== true) return move;
  const onlyFrom = settings.triggerStages.map(stageId).filter((id) => id !== null);
  return { ...move, onlyFrom };
}

/** Without a result there is nothing to fill the customer's text with; why it is missing has to be said all the same. */
function completionNotes<S extends CommonSettings>(way: StatusPlan<S>, input: PlanInput<S>): PlannedEffect[] {
  const { settings, route, result, detail } = input;
  if (result === null && detail !== null) {
    return [note('note', `${subjectOf(way, route)} was completed. ${detail}`)];
  }
  const text =
    settings.note === undefined
      ? (way.completionText?.(input) ?? null)
      : completionNote(settings.note, route, result);
  return text === null ? [] : [note('note', text)];
}

const thresholdTag = (tag: string): PlannedEffect => ({ kind: 'addTags', key: 'threshold', tags: [tag] });

function reminder<S extends CommonSettings>(way: StatusPlan<S>, { route, invitation }: PlanInput<S>): string {
  const link = invitation?.url;
  const text = `${subjectOf(way, route)} has not been completed yet.`;
  return link ? `${text} The candidate takes it here: ${link}` : text;
}

/** A cancelled run is nobody's error: only the tags of an open one go. */
function ended<S extends CommonSettings>(
  way: StatusPlan<S>,
  input: PlanInput<S>,
  moment: Extract<Moment, Ending>,
): PlannedEffect[] {
  const tags = way.tags(input.settings);
  const wasInvited = input.invitation !== null;
  const text = because(
    `${subjectOf(way, input.route)} ${way.endings?.[moment] ?? usualEndings[moment]}`,
    input.detail,
  );
  const aside = way.aside?.(input) ?? null;
  const why = note('note', aside === null ? text : `${text} ${aside}`);
  if (input.openSiblings > 0) return [why];
  if (moment === 'cancelled') {
    const open = [tags.invited, tags.started].filter((tag) => tag !== undefined);
    return [...(wasInvited && open.length > 0 ? [clearStatus(open)] : []), why];
  }
  const tag = (moment === 'failed' ? undefined : tags[moment]) ?? tags.error;
  return [...swapStatus([tag], wasInvited ? others(tags, tag) : []), why];
}
