import type { Opportunity, Posting, Route } from '../../domain/assessment';
import type { RouteDecision } from '../define';
import { isModelUuid, noModelTag, normalise, printModelTag, readModelTag, sameText } from './model-tags';
import type { AssessFirstSettings } from './settings';

/** What a tag begins with that shows a state; it is never a model, even where the customer has renamed the states. */
const statePrefix = /^🦄\s*AssessFirst:/u;

type Choice = { reference: string } | { fault: string } | null;

/**
 * Which model an opportunity gets. The reference of the route is the tag itself, in one spelling: names are turned into
 * AssessFirst's ids only when somebody is invited, because that takes its catalogue, and until then the tag says all
 * that a claim needs. It also means the same after a model was made anew under its old name.
 */
export function routeByTags(input: {
  opportunity: Opportunity;
  posting: Posting | null;
  settings: AssessFirstSettings;
}): RouteDecision {
  const choice = choose(input);
  if (choice === null) return { decision: 'skip', reason: 'no_assessment', detail: null, tell: false };
  if ('fault' in choice)
    return { decision: 'skip', reason: 'malformed_tag', detail: choice.fault, tell: true };
  if (input.opportunity.candidate.email === null) {
    const detail = 'the candidate has no e-mail address, and AssessFirst invites by e-mail';
    return { decision: 'skip', reason: 'no_email', detail, tell: true };
  }
  return { decision: 'routes', routes: [toRoute(choice.reference)], inheritTags: [] };
}

/**
 * The settings' mapping wins, then the posting's tags as they are now: an opportunity keeps what it inherited from them
 * when they were others. Its own tags count where the posting has none.
 */
function choose(input: {
  opportunity: Opportunity;
  posting: Posting | null;
  settings: AssessFirstSettings;
}): Choice {
  const { opportunity, posting, settings } = input;
  const postingId = posting?.id ?? opportunity.postingId;
  const mapped = postingId === null ? undefined : settings.mapping[postingId];
  if (mapped !== undefined) return { reference: mapped };
  return (
    chosenBy(posting?.tags ?? [], settings, 'posting') ??
    chosenBy(opportunity.tags, settings, 'opportunity') ??
    (settings.defaultAssessment === undefined ? null : { reference: settings.defaultAssessment })
  );
}

function chosenBy(tags: string[], settings: AssessFirstSettings, bearer: string): Choice {
  const own = Object.values(settings.tags);
  const wanted = tags
    .filter((tag) => !statePrefix.test(normalise(tag)) && !own.some((text) => sameText(tag, text)))
    .flatMap((tag) => readModelTag(tag) ?? []);
  const named = wanted.filter((tag) => tag.kind === 'none' || tag.name !== '').map(printModelTag);
  const different = named.filter((text, index) => named.findIndex((one) => sameText(one, text)) === index);
  const [reference, another] = different;
  if (another !== undefined) {
    const list = different.map((text) => `"${text}"`).join(', ');
    return {
      fault: `the ${bearer} asks for several predictive models (${list}): leave the tag of one of them`,
    };
  }
  if (reference !== undefined) return { reference };
  return wanted.length === 0
    ? null
    : {
        fault: `a tag of the ${bearer} is 🦄 without the name of a model: write it as "🦄 <name>", "🦄✨ <name>" or "No predictive model"`,
      };
}

function toRoute(given: string): Route {
  const tag = isModelUuid(given) ? null : readModelTag(given);
  // Ids are compared as text by the claims, so there must be one spelling of each.
  const assessmentRef = tag === null ? given.toLowerCase() : printModelTag(tag);
  const assessmentName =
    tag === null ? `model ${assessmentRef}` : tag.kind === 'none' ? noModelTag : tag.name;
  return { assessmentRef, assessmentName, options: {} };
}
