import type { Route } from '../../domain/assessment';
import { mappedRoute } from '../mapped-route';

/** The package that a tag asks for, else the posting's own, else the default one. */
export const route = mappedRoute('package', {
  optionsOf: (posting) => ({ jobTitle: posting?.title ?? '' }),
});

export const jobTitleOf = (route: Route): string => String(route.options['jobTitle'] ?? '');
