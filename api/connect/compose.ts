import type { ConnectAnswers } from '../../db/repositories/connect-answers';
import type { ConnectLinks } from '../../db/repositories/connect-links';
import type { Config } from '../../platform/config';
import type { KeyRing } from '../../platform/crypto/keyring';
import type { HttpClient } from '../../platform/http/client';
import type { Logger } from '../../platform/log';
import type { AnyVendor } from '../../vendors/define';
import type { AuditWriter } from '../audit';
import type { ConnectionService } from '../connections/service';
import type { ConnectPagesDeps } from '../routes/connect';
import type { ConnectLinkRoutesDeps } from '../routes/connect-links';
import { createConsents } from './consent';
import { leverApps } from './lever-app';
import { createLinkMaker } from './links';

export interface ConnectParts {
  pages: Omit<ConnectPagesDeps, 'requestsPerMinute'>;
  links: Omit<ConnectLinkRoutesDeps, 'list'>;
}

const wrongTries = 20;

/** Connecting by OAuth put together: links on one side, the customer's pages on the other. */
export function composeConnect(parts: {
  config: Config;
  ring: KeyRing;
  links: ConnectLinks;
  answers: ConnectAnswers;
  service: ConnectionService;
  vendor: (id: string) => AnyVendor;
  /** For Lever's authorization server, which has no part in the rate of its API. */
  http: HttpClient;
  audit: AuditWriter;
  log: Logger;
}): ConnectParts {
  const { config, links, service } = parts;
  const { publicUrl } = config;
  const leverAppOf = leverApps(config);
  const consents = createConsents({ ...parts, publicUrl, leverAppOf });
  const authOrigins = [config.lever.production, config.lever.sandbox].map(
    ({ authUrl }) => new URL(authUrl).origin,
  );
  return {
    pages: { ...parts, publicUrl, consents, authOrigins: [...new Set(authOrigins)], wrongTries },
    links: {
      maker: createLinkMaker({ ...parts, publicUrl, leverAppOf }),
      get: links.get,
      remove: links.remove,
      connection: service.get,
    },
  };
}
