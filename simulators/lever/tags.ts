import type { Opportunity, Posting } from './model';
import type { LeverState } from './state';

/** Tags an opportunity takes over from its posting: custom ones, then title, department, team, location, commitment. */
export function inheritedTags(posting: Posting): string[] {
  const { department, team, location, commitment } = posting.categories;
  return unique(
    [...posting.tags, posting.text, department, team, location, commitment].filter((tag) => tag !== ''),
  );
}

/** Matching is case-sensitive: `Full-time` and `Full-Time` both exist in live accounts. */
export const unique = (values: readonly string[]): string[] => [...new Set(values)];

/**
 * Carries a posting's change over to its opportunities as recorded live: the tag of a renamed title (or category)
 * goes and the new one is appended at the end. Custom tags follow only where the switch says so.
 */
export function swapInheritedTags(state: LeverState, before: Posting, after: Posting): void {
  const derived = (posting: Posting) => inheritedTags({ ...posting, tags: [] });
  const follows = state.behaviour.laterPostingTags === 'inherited' ? inheritedTags : derived;
  const gone = follows(before).filter((tag) => !follows(after).includes(tag));
  const fresh = follows(after).filter((tag) => !follows(before).includes(tag));
  if (gone.length === 0 && fresh.length === 0) return;
  for (const opportunity of opportunitiesOf(state, after.id)) {
    opportunity.tags = unique([...opportunity.tags.filter((tag) => !gone.includes(tag)), ...fresh]);
    opportunity.updatedAt = state.now();
  }
}

const opportunitiesOf = (state: LeverState, postingId: string): Opportunity[] =>
  [...state.opportunities.values()].filter((opportunity) => opportunity.application?.posting === postingId);
