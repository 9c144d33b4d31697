import type { Opportunity, Posting } from '../domain/assessment';
import { plainTag } from '../domain/settings/schema';
import type { RouteDecision } from './define';

/**
 * Which assessment the tags ask for (`assessmentsByTag`). The posting's tags as they are now come first, because an
 * opportunity keeps what it inherited from them when they were others; its own count where the posting's ask for nothing.
 * Several that ask for different assessments are nobody's choice: the recruiter is told instead of the candidate invited.
 */
export function chosenByTag(input: {
  opportunity: Opportunity;
  posting: Posting | null;
  assessmentsByTag: Record<string, string>;
}): { assessment: string } | { skip: RouteDecision } | null {
  const { opportunity, posting, assessmentsByTag } = input;
  const wanted = new Map(Object.entries(assessmentsByTag).map(([tag, id]) => [plainTag(tag), id]));
  return (
    chosenOf(wanted, posting?.tags ?? [], 'posting') ?? chosenOf(wanted, opportunity.tags, 'opportunity')
  );
}

function chosenOf(
  wanted: ReadonlyMap<string, string>,
  tags: readonly string[],
  bearer: 'posting' | 'opportunity',
): { assessment: string } | { skip: RouteDecision } | null {
  const asking = [...new Set(tags.map(plainTag))].filter((tag) => wanted.has(tag));
  const [assessment, another] = new Set(asking.map((tag) => wanted.get(tag)));
  if (assessment === undefined) return null;
  if (another === undefined) return { assessment };
  const named = asking.map((tag) => `"${tag}"`).join(', ');
  const detail = `the tags ${named} of the ${bearer} ask for different assessments: leave one of them`;
  return { skip: { decision: 'skip', reason: 'ambiguous_tags', detail, tell: true } };
}
