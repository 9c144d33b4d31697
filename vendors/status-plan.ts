import type { AssessmentResult, Route } from '../domain/assessment';
import type { PlannedEffect } from '../domain/effects';
import { statusSlot } from '../domain/effects';
import { endReasonText } from '../domain/end-reasons';
import type { PlanTrigger } from '../domain/reduction';
import type { CommonSettings, Threshold } from '../domain/settings/schema';
import { thresholdSlot } from '../domain/traces';
import type { PlanInput } from './define';
import {
  addLink,
  attach,
  because,
  clearStatus,
  completionNote,
  last,
  note,
  ownText,
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
  /** Whether the candidate's link is added to the opportunity, unless the settings say (`shows.link`). Default: it is. */
  linksInvitation?: boolean;
  /** Whether a link to the result is added when it is there, unless the settings say (`shows.report`). */
  linksReport: boolean;
  /** The tag that a result asks for. Default: `completed`. */
  verdict?: (result: AssessmentResult) => keyof StatusTags;
  /** The note on completion where the settings give no text of their own; null: none. */
  completionText?: (input: PlanInput<Settings>) => string | null;
  /** Moves only a candidate who is still in one of the trigger stages. */
  movesOnlyFromTrigger?: boolean;
  /** What happened, where the usual words do not fit. */
  endings?: Partial<Record<Ending, string>>;
  /** A sentence behind an ending, whoever worded it, e.g. that the link still opens; null: nothing to add. */
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
    switch (input.trigger) {
      case 'invited':
        return invited(way, input);
      case 'started':
      case 'progress':
        return started(way, input);
      case 'completed':
        return completed(way, input);
      case 'doubt':
        return [note('note', because(subjectOf(way, input.route), input.reason))];
      case 'reminded':
        return [note('note', ownText(input.settings, 'reminder', input) ?? reminder(way, input))];
      case 'expired':
      case 'declined':
      case 'failed':
      case 'cancelled':
        return ended(way, input, input.trigger);
      case 'skipped':
        // Another run's status tag may be there and stays: the note says what this one was about.
        return [
          { kind: 'addTags', key: 'status', slot: statusSlot, tags: [way.tags(input.settings).error] },
          note('note', ownText(input.settings, 'skipped', input) ?? because(way.unsent, input.reason)),
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

/** The posting's own tags ride along with the status tag: one request instead of two (decision 0026). */
function invited<S extends CommonSettings>(way: StatusPlan<S>, input: PlanInput<S>): PlannedEffect[] {
  const tags = way.tags(input.settings);
  const isLinked = input.settings.shows.link ?? way.linksInvitation !== false;
  const link = isLinked && input.invitation?.url ? [addLink('link', input.invitation.url)] : [];
  const shown = [...(tags.invited === undefined ? [] : [tags.invited]), ...input.inheritTags];
  const ofEarlierRuns = others(tags, tags.invited).filter((tag) => input.presentTags.includes(tag));
  const status = show(shown, ofEarlierRuns);
  const text = ownText(input.settings, 'invited', input);
  const told = text === null ? [] : [note('note', text)];
  if (way.linkFirst !== true || link.length === 0) return [...status, ...link, ...told];
  const behindLink = status.map((effect) =>
    effect.kind === 'addTags' ? { ...effect, after: ['link', ...(effect.after ?? [])] } : effect,
  );
  return [...link, ...behindLink, ...told];
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
  const threshold = reachedThreshold(settings.thresholds, result?.score ?? null, result?.band ?? null);
  const report = (settings.shows.report ?? way.linksReport) ? result?.reports[0] : undefined;
  const files = (input.files ?? []).flatMap((file, index) => attach(`file-${index + 1}`, file, tags.error));
  // Where a file could not be attached the error tag says so beside the status.
  const isIncomplete = files.some(({ kind }) => kind === 'addTags');
  const outdated = others(tags, tag).filter((one) => !(isIncomplete && one === tags.error));
  const effects: PlannedEffect[] = [
    ...(isLast ? show(tag === undefined ? [] : [tag], outdated) : []),
    ...files,
    ...(report === undefined ? [] : [addLink('report', report.url)]),
    ...thresholdTags(input, threshold),
    ...completionNotes(way, input),
  ];
  const move = isLast && verdict === 'completed' ? moveOf(way, input, threshold) : null;
  return move === null ? effects : last(effects, move);
}

function moveOf<S extends CommonSettings>(
  way: StatusPlan<S>,
  { settings, stageId, enteredStageId }: PlanInput<S>,
  threshold: Threshold | null,
): PlannedEffect | null {
  const move = stageMove(settings, threshold, stageId, enteredStageId);
  if (move?.kind !== 'stage' || way.movesOnlyFromTrigger !== true) return move;
  const onlyFrom = settings.triggerStages.map(stageId).filter((id) => id !== null);
  return { ...move, onlyFrom };
}

/** Without a result there is nothing to fill the customer's text with; why it is missing has to be said all the same. */
function completionNotes<S extends CommonSettings>(way: StatusPlan<S>, input: PlanInput<S>): PlannedEffect[] {
  const { settings, route, result, invitation } = input;
  const without = endReasonText(input.reason);
  if (result === null && without !== null) {
    return [note('note', `${subjectOf(way, route)} was completed. ${without}`)];
  }
  if (settings.note === false) return [];
  const text =
    settings.note === undefined
      ? (way.completionText?.(input) ?? null)
      : completionNote(settings.note, route, result, invitation);
  return text === null ? [] : [note('note', text)];
}

/** A changed result may reach another threshold than the one whose tag an earlier result has left. */
function thresholdTags<S extends CommonSettings>(
  { settings, amends }: PlanInput<S>,
  reached: Threshold | null,
): PlannedEffect[] {
  const shown = reached?.tag === undefined ? [] : [reached.tag];
  const outdated = settings.thresholds.flatMap(({ tag }) =>
    tag === undefined || shown.includes(tag) ? [] : [tag],
  );
  const clear: PlannedEffect[] =
    amends === true && outdated.length > 0
      ? [{ kind: 'removeTags', key: 'clear-threshold', slot: thresholdSlot, tags: [...new Set(outdated)] }]
      : [];
  if (shown.length === 0) return clear;
  const after = clear.map(({ key }) => key);
  const slot = thresholdSlot;
  return [
    ...clear,
    { kind: 'addTags', key: 'threshold', slot, tags: shown, ...(after.length > 0 && { after }) },
  ];
}

function reminder<S extends CommonSettings>(way: StatusPlan<S>, { route, invitation }: PlanInput<S>): string {
  const link = invitation?.url;
  const text = `${subjectOf(way, route)} has not been completed yet.`;
  return link ? `${text} The candidate takes it here: ${link}` : text;
}

const notWithdrawn = 'The vendor could not be told, so the invitation may still be open there.';

/** A cancelled run is nobody's error: only the tags of an open one go. */
function ended<S extends CommonSettings>(
  way: StatusPlan<S>,
  input: PlanInput<S>,
  trigger: Extract<PlanTrigger, Ending>,
): PlannedEffect[] {
  const tags = way.tags(input.settings);
  const wasInvited = input.invitation !== null;
  const text =
    ownText(input.settings, trigger, input) ??
    because(
      `${subjectOf(way, input.route)} ${way.endings?.[trigger] ?? usualEndings[trigger]}`,
      input.reason,
    );
  const withdrawn = input.stillOpen === true ? notWithdrawn : null;
  const aside = way.aside?.(input) ?? withdrawn;
  const why = note('note', aside === null ? text : `${text} ${aside}`);
  if (input.openSiblings > 0) return [why];
  if (trigger === 'cancelled') {
    const open = [tags.invited, tags.started].filter((tag) => tag !== undefined);
    return [...(wasInvited && open.length > 0 ? [clearStatus(open)] : []), why];
  }
  const tag = (trigger === 'failed' ? undefined : tags[trigger]) ?? tags.error;
  return [...swapStatus([tag], wasInvited ? others(tags, tag) : []), why];
}
