import type { AssessmentResult, Invitation, Route } from '../domain/assessment';
import type { PlannedEffect } from '../domain/effects';
import { largestFileBytes, statusSlot } from '../domain/effects';
import type { EndReason } from '../domain/end-reasons';
import { endedFor, endReasonText } from '../domain/end-reasons';
import type { PlannedFile } from '../domain/plan-facts';
import type { CommonSettings, Threshold } from '../domain/settings/schema';
import { plainTag } from '../domain/settings/schema';
import { fillText } from '../domain/settings/texts';
import { attachmentSlot } from '../domain/traces';

/** Pieces of plans that vendors share. Each returns effects; a vendor's `plan` puts them together. */

/**
 * Shows `tags` instead of `instead`. The old ones go first and the new ones wait for it: there is a moment with no
 * status tag, but never one with two (decision 0026).
 * @param tags the status tag, and what else may go with it in the same request
 */
export function swapStatus(tags: string[], instead: string[]): PlannedEffect[] {
  const old = [...new Set(instead)].filter((tag) => !tags.includes(tag));
  const add: PlannedEffect = { kind: 'addTags', key: 'status', slot: statusSlot, tags: [...new Set(tags)] };
  if (old.length === 0) return [add];
  return [clearStatus(old), { ...add, after: ['clear-status'] }];
}

export const clearStatus = (tags: string[]): PlannedEffect => ({
  kind: 'removeTags',
  key: 'clear-status',
  slot: statusSlot,
  tags,
});

export const addLink = (key: string, url: string): PlannedEffect => ({ kind: 'addLinks', key, links: [url] });

export const note = (key: string, text: string): PlannedEffect => ({ kind: 'note', key, text });

/**
 * Puts a report on the opportunity as a file. One that cannot be had, or is larger than Lever takes, becomes a note with
 * the link and the error tag, so that nobody waits for it in vain.
 */
export function attach(key: string, { label, url, file }: PlannedFile, errorTag: string): PlannedEffect[] {
  const instead = (problem: string): PlannedEffect[] => [
    note(
      key,
      `${because(`"${label}" was not attached`, endedFor('fault', problem))}${url === null ? '' : ` It can be read here: ${url}`}`,
    ),
    { kind: 'addTags', key: `${key}-error`, slot: attachmentSlot, tags: [errorTag] },
  ];
  if ('problem' in file) return instead(file.problem);
  const { id: fileId, name, contentType, size, sha256 } = file;
  if (size > largestFileBytes) {
    return instead(
      `it has ${inMebibytes(size)} MiB, and Lever takes files up to ${inMebibytes(largestFileBytes)} MiB`,
    );
  }
  return [{ kind: 'file', key, fileId, name: nameInLever(name, sha256), contentType, size }];
}

const inMebibytes = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);

/**
 * The name by which the hub knows the file again (decision 0008): with a piece of the content's digest before the extension.
 * What other systems change in names is left out of it, so that it comes back as it went.
 */
function nameInLever(name: string, sha256: string): string {
  const clean = name
    .normalize('NFC')
    .replace(/[\p{C}\\/:*?"<>|%;]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(clean)?.[0] ?? '';
  const stem = Array.from(clean.slice(0, clean.length - extension.length))
    .slice(0, 80)
    .join('')
    .trim();
  return `${stem === '' ? 'report' : stem}-${sha256.slice(0, 8)}${extension}`;
}

/** Puts an effect behind all the others. */
export const last = (effects: readonly PlannedEffect[], effect: PlannedEffect): PlannedEffect[] => [
  ...effects,
  { ...effect, ...(effects.length > 0 && { after: effects.map(({ key }) => key) }) },
];

/** The threshold that counts: the one of this very verdict, else the highest that the score reaches; null for none. */
export function reachedThreshold(
  thresholds: readonly Threshold[],
  score: number | null,
  band: string | null = null,
): Threshold | null {
  const plain = (text: string): string => plainTag(text).toLowerCase();
  const verdict = band === null ? null : plain(band);
  const named = thresholds.find(
    (threshold) => threshold.band !== undefined && plain(threshold.band) === verdict,
  );
  if (named !== undefined) return named;
  const lowest = ({ min }: Threshold): number => min ?? Number.POSITIVE_INFINITY;
  const reached = thresholds.filter((threshold) => score !== null && lowest(threshold) <= score);
  return reached.sort((a, b) => lowest(b) - lowest(a))[0] ?? null;
}

/** The connection's own text on completion; what the vendor did not tell reads "n/a". */
export const completionNote = (
  template: string,
  route: Route | null,
  result: AssessmentResult | null,
  invitation: Invitation | null = null,
): string =>
  fillText(template, {
    assessment: route?.assessmentName,
    score: result?.score,
    maxScore: result?.maxScore,
    band: result?.band,
    report: result?.reports[0]?.url,
    link: invitation?.url,
  });

/** The connection's own text at another trigger; null where it has none. */
export function ownText(
  { texts }: CommonSettings,
  name: keyof CommonSettings['texts'],
  about: { route: Route | null; invitation: Invitation | null; reason: EndReason | null },
): string | null {
  const template = texts[name];
  if (template === undefined) return null;
  const { route, invitation, reason } = about;
  return fillText(template, {
    assessment: route?.assessmentName,
    link: invitation?.url,
    reason: endReasonText(reason),
  });
}

/** `text` as a sentence with its reason: "…: the candidate has no e-mail address." */
export const because = (text: string, reason: EndReason | null): string => {
  const words = endReasonText(reason);
  if (words === null) return `${text}.`;
  return `${text}: ${words}${/[.!?]$/.test(words) ? '' : '.'}`;
};

/**
 * Moves a completed candidate: a reached threshold that names a stage goes before the results stage.
 * A stage that the account no longer has becomes a note, so that nobody waits for the move in vain.
 * @param enteredStageId the stage from which the candidate was invited; it may have a results stage of its own
 */
export function stageMove(
  settings: CommonSettings,
  threshold: { stage?: string | undefined } | null,
  stageId: (idOrName: string) => string | null,
  enteredStageId?: string,
): PlannedEffect | null {
  const own = Object.entries(settings.resultsStages).find(([trigger]) => stageId(trigger) === enteredStageId);
  const wanted = threshold?.stage ?? own?.[1] ?? settings.resultsStage;
  if (wanted === undefined) return null;
  const id = stageId(wanted);
  return id === null
    ? note('stage-missing', `The candidate was not moved: this Lever account has no stage "${wanted}".`)
    : { kind: 'stage', key: 'stage', stageId: id };
}
