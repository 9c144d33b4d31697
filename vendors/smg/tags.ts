import type { Opportunity, Posting, Route } from '../../domain/assessment';
import { plainTag } from '../../domain/settings/schema';
import { seenText } from '../../domain/typed-text';
import type { RouteDecision } from '../define';
import type { SmgSettings } from './settings';

/**
 * SMG's tags on postings: `POP-<position id>-<name>` asks for an assessment, `POP-INVITE-CANDIDATE` for the e-mail to
 * the candidate. Only hyphens count (https://help.lever.co/hc/en-us/articles/20087413310109). Tags are read as people see
 * them: what cannot be seen in one is not there.
 */

export const inviteTag = 'POP-INVITE-CANDIDATE';

export interface PopTag {
  positionId: string;
  name: string;
}

/** Blanks beside a hyphen come from copying, and mean nothing. */
const grammar = /^POP *- *(\d{1,20}) *- *([^ ].*)$/i;
const invite = /^POP *- *INVITE *- *CANDIDATE$/i;
/**
 * Meant for SMG, but not in its grammar: `POP-Leadership`, `POP_10002063_Leadership`, `POP 1000 …`, `POP INVITE …`. Tags
 * that merely begin with the word stay out (`Pop music`, the team `POP Displays`): opportunities inherit names of teams
 * as tags.
 */
const resembling = /^POP(?:[-_]|[^a-z]*(?:\d|invite))/i;

const same = (a: string, b: string): boolean => plainTag(a).toLowerCase() === plainTag(b).toLowerCase();

export function readPopTag(tag: string): PopTag | null {
  const match = grammar.exec(seenText(tag));
  const name = match?.[2]?.trim();
  return match?.[1] && name ? { positionId: match[1], name } : null;
}

const isInviteTag = (tag: string): boolean => invite.test(plainTag(tag));

const resemblesPopTag = (tag: string): boolean => resembling.test(plainTag(tag));

const malformation = (tag: string): string =>
  /^POP[^a-z]*invite/i.test(plainTag(tag))
    ? `is not written as ${inviteTag}, with hyphens`
    : 'is not written as POP-<position id>-<name>, with hyphens, e.g. POP-10002063-Leadership';

/** What the hub itself writes or reads as it stands; nobody asks for an assessment by it. */
const ownTags = ({ tags, thresholds }: SmgSettings): string[] => [
  ...Object.values(tags),
  ...thresholds.flatMap(({ tag }) => tag ?? []),
];

/** Which assessments an opportunity gets, or why none. */
export function routeByTags(input: {
  opportunity: Opportunity;
  posting: Posting | null;
  settings: SmgSettings;
}): RouteDecision {
  const { opportunity, posting, settings } = input;
  const own = ownTags(settings);
  const all = [...(posting?.tags ?? []), ...opportunity.tags];
  const emailCandidate = all.some(isInviteTag);
  const asking = all.filter((tag) => !isInviteTag(tag) && !own.some((text) => same(tag, text)));
  const wanted = choose(asking, posting?.id ?? opportunity.postingId, settings);

  if (wanted.length === 0) {
    const malformed = asking.find(resemblesPopTag);
    if (malformed === undefined) {
      return { decision: 'skip', reason: 'no_assessment', detail: null, tell: false };
    }
    const detail = `the tag "${plainTag(malformed)}" ${malformation(malformed)}`;
    return { decision: 'skip', reason: 'malformed_tag', detail, tell: true };
  }
  if (emailCandidate && opportunity.candidate.email === null) {
    const detail = `the candidate has no e-mail address, and the tag ${inviteTag} asks for an invitation by e-mail`;
    return { decision: 'skip', reason: 'no_email', detail, tell: true };
  }
  const [first, ...others] = wanted.map((tag): Route => toRoute(tag, emailCandidate)) as [Route, ...Route[]];
  const notice = noticeOf(posting, own);
  return {
    decision: 'routes',
    routes: [notice === null ? first : { ...first, options: { ...first.options, notice } }, ...others],
    inheritTags: missingTags(posting, opportunity, own),
  };
}

/**
 * A tag that cannot be read beside one that can must not go unnoticed. Only the posting's own tags count here: the
 * opportunity's may come from a team called `POP-Up Stores`.
 */
function noticeOf(posting: Posting | null, own: string[]): string | null {
  const unread = (posting?.tags ?? []).find(
    (tag) =>
      resemblesPopTag(tag) &&
      readPopTag(tag) === null &&
      !isInviteTag(tag) &&
      !own.some((text) => same(tag, text)),
  );
  return unread === undefined
    ? null
    : `The posting's tag "${plainTag(unread)}" did nothing: it ${malformation(unread)}.`;
}

/** The settings' mapping wins over the tags; the default counts only where nobody even tried to ask for another. */
function choose(tags: string[], postingId: string | null, settings: SmgSettings): PopTag[] {
  const readable = tags.map(readPopTag).filter((tag) => tag !== null);
  const tagged = readable.filter(
    (tag, index) => readable.findIndex((other) => other.positionId === tag.positionId) === index,
  );
  const mapped = postingId === null ? undefined : settings.mapping[postingId];
  if (mapped !== undefined) return [tagged.find((tag) => tag.positionId === mapped) ?? unnamed(mapped)];
  if (tagged.length > 0 || settings.defaultAssessment === undefined || tags.some(resemblesPopTag))
    return tagged;
  return [unnamed(settings.defaultAssessment)];
}

const unnamed = (positionId: string): PopTag => ({ positionId, name: `Position ${positionId}` });

const toRoute = (tag: PopTag, emailCandidate: boolean): Route => ({
  assessmentRef: tag.positionId,
  assessmentName: tag.name,
  options: { emailCandidate },
});

/**
 * A posting may have been tagged after the opportunity was made; Lever passes tags on only then. State tags are never
 * inherited, wherever they come from.
 */
function missingTags(posting: Posting | null, opportunity: Opportunity, own: string[]): string[] {
  const popTags = (posting?.tags ?? []).filter(
    (tag) => isInviteTag(tag) || (readPopTag(tag) !== null && !own.some((text) => same(tag, text))),
  );
  const present = new Set(opportunity.tags.map(plainTag));
  const isFirst = (tag: string, index: number): boolean =>
    popTags.findIndex((other) => plainTag(other) === plainTag(tag)) === index;
  return popTags.filter((tag, index) => isFirst(tag, index) && !present.has(plainTag(tag)));
}
