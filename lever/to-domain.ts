import type { Opportunity, Posting } from '../domain/assessment';
import { FulcrumError } from '../domain/errors';
import { plainText, shownText } from '../domain/typed-text';
import type { LeverApplication, LeverOpportunity, LeverPosting } from './schemas';

/**
 * An opportunity read with `expand=applications`: Lever names the posting nowhere but in the application.
 * @throws FulcrumError `lever.unexpected` when the applications were not expanded
 */
export function toOpportunity(lever: LeverOpportunity): Opportunity {
  return {
    id: lever.id,
    contactId: lever.contact ?? '',
    postingId: postingOf(lever),
    stageId: lever.stage ?? '',
    stageChangedAt: stageChangedAt(lever),
    tags: lever.tags,
    links: lever.links,
    candidate: {
      name: shownText(lever.name),
      email: lever.emails.map(plainText).find(isAddress) ?? null,
      phone: lever.phones.map(({ value }) => shownText(value)).find(Boolean) ?? null,
    },
    archived: lever.archived !== null && lever.archived !== undefined,
  };
}

/** Lever lets people type what they like, an empty text among it; only what can be written to counts. */
const isAddress = (typed: string): boolean => /^[^\s@]+@[^\s@]+$/.test(typed);

export const toPosting = (lever: LeverPosting): Posting => ({
  id: lever.id,
  title: lever.text ?? '',
  tags: lever.tags,
});

function postingOf(lever: LeverOpportunity): string | null {
  const applications = lever.applications.filter(
    (application): application is LeverApplication => typeof application !== 'string',
  );
  if (applications.length < lever.applications.length) {
    // Taking this for "no posting" would skip a candidate without a word.
    throw new FulcrumError('lever.unexpected', 'Lever did not expand the applications of the opportunity');
  }
  const application = applications.find((one) => !one.archived) ?? applications[0];
  return application?.posting ?? null;
}

/**
 * When the opportunity entered its present stage, ms since 1970. A move back into a stage adds a second entry for it,
 * hence the last one; an opportunity that was created in its stage may have none.
 */
export const stageChangedAt = (lever: LeverOpportunity): number =>
  lastEntryInto(lever, lever.stage ?? '') ?? lever.lastAdvancedAt ?? lever.createdAt ?? 0;

/** When the opportunity last entered a stage, whether it is there or not, ms since 1970; null: Lever shows no entry. */
export function lastEntryInto(lever: LeverOpportunity, stageId: string): number | null {
  const entries = lever.stageChanges.filter((change) => change.toStageId === stageId);
  const times = entries.flatMap((change) => change.updatedAt ?? []);
  return times.length === 0 ? null : Math.max(...times);
}
