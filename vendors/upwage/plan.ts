import type { PlannedEffect } from '../../domain/effects';
import { statusSlot } from '../../domain/effects';
import type { ScreeningOutcome } from '../../domain/screening-outcome';
import { screeningOutcomes } from '../../domain/screening-outcome';
import { thresholdSlot } from '../../domain/traces';
import type { PlanInput } from '../define';
import {
  attach,
  because,
  completionNote,
  note,
  ownText,
  reachedThreshold,
  stageMove,
  swapStatus,
} from '../plan-kit';
import { isOtherPosting, postingOf } from './routing';
import type { OutcomeRule, UpwageSettings } from './settings';
import { ruleOf } from './settings';

type Input = PlanInput<UpwageSettings>;

/** Upwage tells of a screening only once it is over: everything but that is an ending that has to be explained. */
export function plan(input: Input): PlannedEffect[] {
  switch (input.trigger) {
    case 'completed':
      return completed(input);
    case 'cancelled':
    case 'failed':
    case 'skipped': {
      const usual = because('The Upwage screening led to nothing in Lever', input.reason);
      return [note('note', ownText(input.settings, input.trigger, input) ?? usual)];
    }
    case 'invited':
    case 'started':
    case 'progress':
    case 'expired':
    case 'declined':
    case 'reminded':
    case 'doubt':
      // Nobody was invited by the hub, and what is under way it is not told.
      return [];
    default: {
      const unknown: never = input.trigger;
      throw new TypeError(`unknown plan trigger ${String(unknown)}`);
    }
  }
}

/**
 * Results first, and only when all of them are in, the moves (UP-22). A document that could not be had does not hold them
 * up: the outcome is known, and the note says where to look for what is missing.
 */
function completed(input: Input): PlannedEffect[] {
  const { settings, route, result } = input;
  const outcome = result?.outcome;
  if (route === null || outcome === undefined) {
    return [
      note('note', 'An Upwage screening was completed, but its outcome is not known.'),
      errorTag(settings),
    ];
  }
  const place = { screenerId: route.assessmentRef, postingId: postingOf(route) };
  const rule = ruleOf(settings, { ...place, outcome });
  const tag = rule.tag ?? settings.tags[outcome];
  const threshold = reachedThreshold(settings.thresholds, result?.score ?? null, result?.band ?? null);
  const results: PlannedEffect[] = [
    ...(input.attachment === undefined ? [] : attach('report', input.attachment, settings.tags.error)),
    ...swapStatus([tag], outdated(input, place, tag)),
    ...(threshold?.tag === undefined ? [] : [thresholdTag(threshold.tag)]),
    ...notes(input),
  ];
  return [
    ...results,
    ...moves(
      input,
      rule,
      outcome,
      tag,
      results.map(({ key }) => key),
    ),
  ];
}

const errorTag = (settings: UpwageSettings): PlannedEffect => ({
  kind: 'addTags',
  key: 'status',
  slot: statusSlot,
  tags: [settings.tags.error],
});

const thresholdTag = (tag: string): PlannedEffect => ({
  kind: 'addTags',
  key: 'threshold',
  slot: thresholdSlot,
  tags: [tag],
});

/** What an earlier event of this screener left: only one outcome is true. */
function outdated(
  { settings, presentTags, attachment }: Input,
  place: { screenerId: string; postingId: string },
  shown: string,
): string[] {
  const isMissing = attachment !== undefined && 'problem' in attachment.file;
  const ours = [
    ...screeningOutcomes.map(
      (outcome) => ruleOf(settings, { ...place, outcome }).tag ?? settings.tags[outcome],
    ),
    ...(isMissing ? [] : [settings.tags.error]),
  ];
  return ours.filter((tag) => tag !== shown && presentTags.includes(tag));
}

function notes({ settings, route, result }: Input): PlannedEffect[] {
  const found: PlannedEffect[] = [];
  if (route !== null && isOtherPosting(route)) {
    found.push(
      note(
        'posting-differs',
        `Upwage names another job for this screening (${String(route.options['namedPosting'])}) than the hub's settings for the screener "${route.assessmentName}". The hub followed its settings; correct whichever is wrong.`,
      ),
    );
  }
  if (settings.note === undefined || settings.note === false) return found;
  const answers = (result?.parts ?? []).map(({ label, text }) => `${label}: ${text ?? 'n/a'}`);
  return [...found, note('note', [completionNote(settings.note, route, result), ...answers].join('\n'))];
}

/** A rule's own stage goes first; a threshold and the results stage are for those who passed. */
function moves(
  input: Input,
  rule: OutcomeRule,
  outcome: ScreeningOutcome,
  tag: string,
  after: string[],
): PlannedEffect[] {
  const { settings, result, stageId, opportunity } = input;
  const threshold = reachedThreshold(settings.thresholds, result?.score ?? null, result?.band ?? null);
  const stage =
    rule.stage !== undefined
      ? stageMove({ ...settings, resultsStage: rule.stage }, null, stageId)
      : outcome === 'passed'
        ? stageMove(settings, threshold, stageId)
        : null;
  const moved: PlannedEffect[] = stage === null ? [] : [{ ...stage, after }];
  if (rule.posting === undefined || opportunity === undefined) return moved;
  const { contactId, candidate } = opportunity;
  const other = {
    postingId: rule.posting,
    contactId: contactId === '' ? null : contactId,
    email: candidate.email,
  };
  const screening = `The screening "${input.route?.assessmentName ?? ''}"`;
  return [
    ...moved,
    { kind: 'createOpportunity', key: 'posting', after, ...other, name: candidate.name, tags: [tag] },
    // Each of the two tells of the other: whoever opens one has to know where the rest stands.
    {
      ...note(
        'posting-note',
        `${screening} ended ${outcome}, so the candidate was entered for another job as well (posting ${other.postingId}). The result and its document are here.`,
      ),
      after: ['posting'],
    },
    {
      kind: 'note',
      key: 'origin-note',
      after: ['posting'],
      on: other,
      text: `${screening} for another job ended ${outcome}, so the candidate was entered here as well. The result and its document are with the opportunity ${opportunity.id}.`,
    },
  ];
}
