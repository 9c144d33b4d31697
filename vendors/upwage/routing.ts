import type { Route } from '../../domain/assessment';
import { FulcrumError } from '../../domain/errors';
import type { Screening } from '../../domain/screening';
import type { UpwageSettings } from './settings';

/**
 * The job that a finished screening belongs to. A screener is tied to its posting by the settings (UP-16), which the
 * customer's people see and correct; what the event names only chooses between several postings of one screener. Where
 * it names another one still, the settings are followed, and a note says so.
 * @throws FulcrumError `input.invalid` for a screener that the settings do not know
 */
export function place(screening: Screening, settings: UpwageSettings): { postingId: string; route: Route } {
  const { screener, postingId: named } = screening;
  const tied = settings.screeners.filter(({ screenerId }) => screenerId === screener.id);
  const chosen = tied.find(({ postingId }) => postingId === named) ?? tied[0];
  if (chosen === undefined) {
    throw new FulcrumError(
      'input.invalid',
      `The screener "${screener.id}" is not known. Add it to the connection's setting "screeners" with its posting, then send the event again.`,
    );
  }
  const { postingId } = chosen;
  return {
    postingId,
    route: {
      assessmentRef: screener.id,
      assessmentName: screener.name,
      options: { postingId, ...(named !== null && named !== postingId && { namedPosting: named }) },
    },
  };
}

/** The posting that {@link place} chose. */
export const postingOf = (route: Route): string => String(route.options['postingId'] ?? '');

export const isOtherPosting = (route: Route): boolean => route.options['namedPosting'] !== undefined;
