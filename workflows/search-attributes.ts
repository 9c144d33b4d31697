import type { SearchAttributePair } from '@temporalio/common';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { VendorId } from '../domain/ids';
import type { Status } from '../domain/lifecycle';
import { workflowTypes } from './names';

/** By what workflows are found in Temporal; nothing personal, because no codec reaches it (decision 0016). */
export const searchAttributes = {
  connection: defineSearchAttributeKey('FulcrumConnection', SearchAttributeType.KEYWORD),
  vendor: defineSearchAttributeKey('FulcrumVendor', SearchAttributeType.KEYWORD),
  opportunity: defineSearchAttributeKey('FulcrumOpportunity', SearchAttributeType.KEYWORD),
  posting: defineSearchAttributeKey('FulcrumPosting', SearchAttributeType.KEYWORD),
  status: defineSearchAttributeKey('FulcrumStatus', SearchAttributeType.KEYWORD),
  lastError: defineSearchAttributeKey('FulcrumLastError', SearchAttributeType.KEYWORD),
} as const;

/** Those that a workflow is started with, as far as they are known by then. */
export const startAttributes = ({
  connectionId,
  vendor,
  opportunityId = null,
  status,
}: {
  connectionId: string;
  vendor: VendorId;
  opportunityId?: string | null;
  status?: Status;
}): SearchAttributePair[] => [
  { key: searchAttributes.connection, value: connectionId },
  { key: searchAttributes.vendor, value: vendor },
  ...(opportunityId === null ? [] : [{ key: searchAttributes.opportunity, value: opportunityId }]),
  ...(status === undefined ? [] : [{ key: searchAttributes.status, value: status }]),
];

/** The searchable status that a run is started with, and keeps until the vendor has invited. */
export const unrouted: Status = 'routing';

/** Visibility query for every run that hears of a change of its connection. A connection's id is ours, so it cannot end its own quotation. */
export const listening = (connectionId: string): string =>
  `${searchAttributes.connection.name} = '${connectionId}' AND ` +
  `WorkflowType IN ('${workflowTypes.assessment}', '${workflowTypes.amendment}') AND ExecutionStatus = 'Running'`;

/** What the hub needs of its Temporal namespace: closed runs stay this long (decision 0016), and runs can be found. */
export const namespaceNeeds = {
  retentionDays: 30,
  searchAttributes: Object.values(searchAttributes).map(({ name }) => name),
} as const;
