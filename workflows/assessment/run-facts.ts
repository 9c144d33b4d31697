import { statusSlot } from '../../domain/effects';
import type { RunFacts } from '../../domain/records';
import type { Screening } from '../../domain/screening';
import { noTraces } from '../../domain/traces';
import type { SettledStart } from '../messages';

/**
 * What a run's row says once it is known whom is assessed with what. From here on the vendor may have invited, whether the
 * run hears of it or not: news after its end go by the context.
 * @param screening of a run that its vendor began: it is told only once
 */
export const factsOfStart = (
  { subject, route, inheritTags, earlierTags = [] }: SettledStart,
  screening: Screening | undefined,
): RunFacts => ({
  context: { subject, route, inheritTags, invitation: null, ...(screening !== undefined && { screening }) },
  assessmentRef: route.assessmentRef,
  assessmentName: route.assessmentName,
  candidate: { name: subject.opportunity.candidate.name, email: subject.opportunity.candidate.email },
  ...(subject.opportunity.postingId !== null && { postingId: subject.opportunity.postingId }),
  ...(earlierTags.length > 0 && { traces: { ...noTraces, tags: { [statusSlot]: earlierTags } } }),
});
