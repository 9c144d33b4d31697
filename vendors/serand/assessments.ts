import type { Route } from '../../domain/assessment';
import { FulcrumError } from '../../domain/errors';
import { postingOf } from './routing';
import { assessmentsAnswer, read, request, send } from './wire';
import type { SerandAssessment, SerandCall } from './wire';

/** No customer has that many pages of assessments; it only stops a cursor that runs in circles. */
const maxPages = 50;

const isLive = (assessment: SerandAssessment): boolean => assessment.status === 'live';

/** What can be sent: drafts take no effect (SE-15). */
export async function listAssessments(call: SerandCall): Promise<{ id: string; name: string }[]> {
  const found: { id: string; name: string }[] = [];
  for await (const one of assessments(call, null)) {
    if (isLive(one)) found.push({ id: one.id, name: one.name ?? one.id });
  }
  return found;
}

/**
 * The assessment of a route: its own, else the one linked to its posting, else the default of the connection, else
 * Serand's. @throws FulcrumError `vendor.rejected` when there is none: nobody is sent a wrong one (SE-12)
 */
export async function assessmentOf(call: SerandCall, route: Route): Promise<string> {
  const postingId = postingOf(route);
  if (postingId === null) return route.assessmentRef;
  for await (const one of assessments(call, postingId)) {
    if (isLive(one) && one.ats_id === postingId) return one.id;
  }
  if (call.settings.defaultAssessment !== undefined) return call.settings.defaultAssessment;
  for await (const one of assessments(call, null)) {
    if (isLive(one) && one.is_default === true) return one.id;
  }
  throw new FulcrumError(
    'vendor.rejected',
    'no live assessment of Serand is linked to this posting, and there is no default one. Put the posting’s id into the ATS ID of an assessment at Serand',
  );
}

async function* assessments(call: SerandCall, postingId: string | null): AsyncGenerator<SerandAssessment> {
  const query = new URLSearchParams(postingId === null ? {} : { ats_id: postingId });
  for (let page = 0; page < maxPages; page += 1) {
    const asked = request(call, {
      method: 'GET',
      path: `/assessments${query.size === 0 ? '' : `?${query.toString()}`}`,
      route: '/assessments',
      writes: false,
    });
    const { data, next_cursor } = read(asked, await send(call, asked), assessmentsAnswer);
    yield* data;
    if (!next_cursor || next_cursor === query.get('cursor')) return;
    query.set('cursor', next_cursor);
  }
}
