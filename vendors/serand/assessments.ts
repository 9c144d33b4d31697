import type { Route } from '../../domain/assessment';
import { FulcrumError } from '../../domain/errors';
import { lookUp } from '../lookup';
import { postingOf } from './routing';
import type { SerandAssessment, SerandCall } from './wire';
import { api, assessmentsAnswer } from './wire';

/** No customer has that many pages of assessments; it only stops a cursor that runs in circles. */
const maxPages = 50;

/** What takes no effect (SE-15). A word that nobody has agreed on, or none, is left to Serand. */
const asleep = ['draft', 'archived', 'inactive'];
const isLive = ({ status }: SerandAssessment): boolean => !asleep.includes(status?.toLowerCase() ?? '');

/** Customers copy the id out of the posting's address (SE-14), or the address with it. */
const isLinkedTo =
  (postingId: string) =>
  ({ ats_id }: SerandAssessment): boolean =>
    (ats_id ?? '').toLowerCase().split(/[/?#]/).includes(postingId.toLowerCase());

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
 * Serand's. Where Serand shows no list, the connection alone says it.
 * @throws FulcrumError `vendor.rejected` when there is none: nobody is sent a wrong one (SE-12)
 */
export async function assessmentOf(call: SerandCall, route: Route): Promise<string> {
  const postingId = postingOf(route);
  if (postingId === null) return route.assessmentRef;
  const linked = await first(call, postingId, isLinkedTo(postingId));
  if (typeof linked === 'object' && linked !== null) return linked.id;
  if (call.settings.defaultAssessment !== undefined) return call.settings.defaultAssessment;
  const preset =
    linked === 'hidden' ? linked : await first(call, null, ({ is_default }) => is_default === true);
  if (typeof preset === 'object' && preset !== null) return preset.id;
  throw new FulcrumError('vendor.rejected', preset === 'hidden' ? notShown : notThere);
}

const notThere =
  'no live assessment of Serand is linked to this posting, and there is no default one. Put the posting’s id into the ATS ID of an assessment at Serand';
const notShown =
  'Serand does not show which of its assessments are linked to postings. Name them in the settings of the connection (mapping, defaultAssessment)';

/** Null: none of them fits. `hidden`: Serand shows no list. */
async function first(
  call: SerandCall,
  postingId: string | null,
  fits: (assessment: SerandAssessment) => boolean,
): Promise<SerandAssessment | null | 'hidden'> {
  const found = await lookUp(async () => {
    for await (const one of assessments(call, postingId)) if (isLive(one) && fits(one)) return one;
    return null;
  });
  return typeof found === 'object' ? found.seen : 'hidden';
}

async function* assessments(call: SerandCall, postingId: string | null): AsyncGenerator<SerandAssessment> {
  const query = new URLSearchParams(postingId === null ? {} : { ats_id: postingId });
  const route = '/assessments';
  for (let page = 0; page < maxPages; page += 1) {
    const path = `${route}${query.size === 0 ? '' : `?${query.toString()}`}`;
    const asked = { method: 'GET', path, route, writes: false } as const;
    const { data, next_cursor } = await api.ask(call, asked, assessmentsAnswer);
    yield* data;
    if (!next_cursor || next_cursor === query.get('cursor')) return;
    query.set('cursor', next_cursor);
  }
}
