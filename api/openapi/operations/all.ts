import type { ApiOperation } from '../operation';
import * as assessments from './assessments';
import * as audit from './audit';
import * as connectLinks from './connect-links';
import * as connections from './connections';
import * as deliveries from './deliveries';
import * as held from './held';
import * as people from './people';
import * as sweep from './sweep';
import * as tokens from './tokens';

const { connectionActions, ...ofConnections } = connections;

/** Everything that `/api/v1` takes with a bearer token. */
export const apiOperations: readonly ApiOperation[] = [
  ...Object.values(ofConnections),
  ...Object.values(connectionActions),
  ...Object.values(connectLinks),
  ...Object.values(assessments),
  ...Object.values(deliveries),
  ...Object.values(held),
  ...Object.values(people),
  ...Object.values(sweep),
  ...Object.values(tokens),
  ...Object.values(audit),
];
