import type { LeverEnvironment } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import type { VendorId } from '../../domain/ids';
import type { OAuthApp } from '../../lever/oauth';
import type { Config } from '../../platform/config';

/** A vendor's OAuth app at Lever with all that its consent page is asked by. */
export interface LeverApp extends OAuthApp {
  /** Host before `/authorize`. */
  authUrl: string;
  audience: string;
}

/** @throws FulcrumError `connection.misconfigured`, naming the variables that are not set */
export type LeverAppOf = (of: { vendor: VendorId; environment: LeverEnvironment }) => LeverApp;

export const leverApps =
  (config: Pick<Config, 'lever' | 'vendors'>): LeverAppOf =>
  ({ vendor, environment }) => {
    const { authUrl, audience } = config.lever[environment];
    const client = config.vendors[vendor]?.leverClients[environment];
    if (client) {
      const tokenUrl = `${authUrl}/oauth/token`;
      return { authUrl, audience, tokenUrl, clientId: client.id, clientSecret: client.secret };
    }
    const name = `${vendor.toUpperCase()}${environment === 'sandbox' ? '_SANDBOX' : ''}_LEVER_CLIENT`;
    throw new FulcrumError(
      'connection.misconfigured',
      `This hub has no OAuth app of the vendor "${vendor}" at Lever (${environment}). Set ${name}_ID and ${name}_SECRET, which Lever's partner team issues, and start the hub again.`,
    );
  };
