import type { CatalogueEntry } from '../vendors/define';
import type { ActivityDeps } from './deps';
import { connectionOf, setUpOf, vendorCall } from './deps';

/**
 * What can be sent of a vendor, for those who set a connection up. Run as a standalone activity on the vendor's own queue,
 * so that it shares the rate with the runs (decision 0007). One or more requests, page by page; none where the vendor sends
 * its list by itself.
 */
export interface CatalogueActivities {
  listAssessments(input: { connectionId: string }): Promise<CatalogueEntry[]>;
}

export const createCatalogueActivities = (deps: ActivityDeps): CatalogueActivities => ({
  async listAssessments({ connectionId }) {
    const connection = await connectionOf(deps, connectionId);
    const { pushedCatalogue, requests } = deps.vendor(connection.vendor);
    const sent = pushedCatalogue === undefined ? null : await deps.catalogues.get(connectionId);
    if (sent !== null) return sent;
    return requests.listAssessments(vendorCall(deps, setUpOf(deps, connection)));
  },
});
