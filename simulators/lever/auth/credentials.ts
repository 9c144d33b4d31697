import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { forbidden, unauthorized } from '../errors';
import { logEntry } from '../log';
import type { LeverState } from '../state';
import type { Credential } from './credential';
import type { OAuthServer } from './oauth-server';
import { allows } from './scopes';

export interface ApiKey {
  key: string;
  scopes: 'all' | readonly string[];
  confidential: boolean;
}

/** Checks `Authorization`: Basic with an API key as user name, or an OAuth bearer token (lever-api 2.3). */
export class Credentials {
  private readonly keys = new Map<string, ApiKey>();

  constructor(private readonly oauth: OAuthServer) {}

  addKey(key: ApiKey): void {
    this.keys.set(key.key, key);
  }

  removeKey(key: string): void {
    this.keys.delete(key);
  }

  readonly middleware = (req: Request, res: Response, next: NextFunction): void => {
    const credential = this.identify(req.get('authorization'));
    res.locals['credential'] = credential;
    logEntry(res).credential = credential.id;
    next();
  };

  private identify(header: string | undefined): Credential {
    const [scheme = '', value = ''] = (header ?? '').split(' ');
    if (scheme.toLowerCase() === 'bearer') return this.oauth.credentialOf(value);
    if (scheme.toLowerCase() !== 'basic')
      throw unauthorized('No credential given: send an API key or a bearer token');
    const user = Buffer.from(value, 'base64').toString('utf8').split(':')[0] ?? '';
    const known = this.keys.get(user);
    if (!known) throw unauthorized('The API key is not known');
    return { id: known.key, bucket: known.key, scopes: known.scopes, confidential: known.confidential };
  }
}

export const credentialOf = (res: Response): Credential => res.locals['credential'] as Credential;

/** Refuses a credential whose permissions do not cover the resource (403). */
export function requireScope(state: LeverState, resource: string): RequestHandler {
  return (req, res, next) => {
    const access = req.method === 'GET' ? 'read' : 'write';
    const { scopes } = credentialOf(res);
    if (state.behaviour.scopes === 'enforced' && scopes !== 'all' && !allows(scopes, resource, access)) {
      throw forbidden(`Insufficient scope: ${resource}:${access}:admin is required`);
    }
    next();
  };
}
