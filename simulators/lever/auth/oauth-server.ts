import { randomBytes, randomUUID } from 'node:crypto';
import { forbidden, unauthorized } from '../errors';
import type { OAuthApp } from '../options';
import type { LeverState } from '../state';
import { AccessTokenIssuer } from './access-token';
import type { Credential } from './credential';
import type { Grant } from './grant';

const DAY_MS = 86_400_000;
const REFRESH_IDLE_MS = 90 * DAY_MS;
const REFRESH_LIFE_MS = 365 * DAY_MS;

/** An error of the token endpoint in Auth0's shape `{error, error_description}`. */
export class OAuthError extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    description: string,
  ) {
    super(description);
    this.name = 'OAuthError';
  }
}

interface RefreshToken {
  grant: Grant;
  issuedAt: number;
  spentAt: number | null;
}

export interface TokenAnswer {
  access_token: string;
  refresh_token?: string;
  token_type: 'Bearer';
  scope: string;
  expires_in: number;
}

/** Codes, tokens and grants. What is not documented about rotation and revocation is a switch (lever-api 2.2, 2.3). */
export class OAuthServer {
  readonly apps = new Map<string, OAuthApp>();
  readonly grants = new Map<string, Grant>();
  private readonly codes = new Map<string, { grant: Grant; redirectUri: string; expiresAt: number }>();
  private readonly refreshTokens = new Map<string, RefreshToken>();
  private readonly accessTokens = new Map<string, { id: string; grant: Grant; expiresAt: number }>();
  private readonly issuer: AccessTokenIssuer;

  constructor(private readonly state: LeverState) {
    this.issuer = new AccessTokenIssuer(state.root, state.accountId);
  }

  /** A one-time code for a consent that was just given. */
  issueCode(app: OAuthApp, userId: string, scope: string[], redirectUri: string): string {
    const code = randomBytes(24).toString('base64url');
    const grant: Grant = {
      id: randomUUID(),
      app,
      userId,
      scope,
      grantedAt: this.state.now(),
      revokedAt: null,
      familyDead: false,
    };
    const expiresAt = this.state.now() + this.state.behaviour.codeLifeSeconds * 1000;
    this.codes.set(code, { grant, redirectUri, expiresAt });
    return code;
  }

  exchangeCode(app: OAuthApp, code: string, redirectUri: string): TokenAnswer {
    const issued = this.codes.get(code);
    this.codes.delete(code);
    if (!issued || issued.grant.app !== app || issued.expiresAt < this.state.now()) {
      throw this.invalidGrant('Invalid authorization code');
    }
    if (issued.redirectUri !== redirectUri) {
      throw this.invalidGrant('redirect_uri differs from the one of the authorization request');
    }
    this.grants.set(issued.grant.id, issued.grant);
    return this.tokens(issued.grant);
  }

  /** Every refresh answers with a new refresh token; what becomes of the old one is `tokenMode`. */
  refresh(app: OAuthApp, token: string): TokenAnswer {
    const known = this.refreshTokens.get(token);
    if (!known || known.grant.app !== app) throw this.deadToken();
    const { grant } = known;
    const now = this.state.now();
    const tooOld = now - known.issuedAt > REFRESH_IDLE_MS || now - grant.grantedAt > REFRESH_LIFE_MS;
    if (grant.revokedAt !== null || grant.familyDead || tooOld) throw this.deadToken();
    const { tokenMode, leewaySeconds } = this.state.behaviour;
    if (tokenMode === 'reusable') {
      known.issuedAt = now;
      return this.tokens(grant);
    }
    const leewayMs = tokenMode === 'rotate-leeway' ? leewaySeconds * 1000 : -1;
    if (known.spentAt !== null && now - known.spentAt > leewayMs) {
      grant.familyDead = true;
      throw this.deadToken();
    }
    known.spentAt ??= now;
    return this.tokens(grant);
  }

  /** A grant made without the consent page, for programs that start with tokens in hand. */
  grantDirectly(app: OAuthApp, userId: string, scope: string[]): TokenAnswer {
    return this.exchangeCode(app, this.issueCode(app, userId, scope, 'direct'), 'direct');
  }

  revoke(grantId: string): void {
    const grant = this.grants.get(grantId);
    if (grant) grant.revokedAt ??= this.state.now();
  }

  /** What the app may do already, so that no consent is needed; undefined when it would have to be asked for. */
  standingGrant(app: OAuthApp, scope: readonly string[]): Grant | undefined {
    return [...this.grants.values()].find(
      (grant) =>
        grant.app === app && grant.revokedAt === null && scope.every((one) => grant.scope.includes(one)),
    );
  }

  /** Whether the app behind the grant has lost its access; a new consent to the same app gives it back. */
  isCutOff(grantId: string): boolean {
    const grant = this.grants.get(grantId);
    return grant !== undefined && this.standingGrant(grant.app, []) === undefined;
  }

  /** The settings page's Revoke access ends whatever the app was granted. */
  revokeApp(app: OAuthApp): void {
    for (const grant of this.grants.values()) if (grant.app === app) this.revoke(grant.id);
  }

  /** Throws 401 for a token that is unknown, expired or (mode `at-once`) revoked, 403 for another environment's. */
  credentialOf(accessToken: string): Credential {
    const known = this.accessTokens.get(accessToken);
    if (!known && this.issuer.isForeign(accessToken)) throw forbidden('No matching signing key was found');
    if (!known) throw unauthorized('The access token is not known');
    if (known.expiresAt <= this.state.now()) throw unauthorized('The access token has expired');
    const { grant } = known;
    if (grant.revokedAt !== null && this.state.behaviour.revokeMode === 'at-once') {
      throw unauthorized('Access was revoked');
    }
    return {
      id: grant.id,
      bucket: this.state.behaviour.rateBucket === 'token' ? known.id : `app ${grant.app.clientId}`,
      scopes: grant.scope,
      confidential: grant.scope.includes('confidential:access:admin'),
    };
  }

  private tokens(grant: Grant): TokenAnswer {
    const now = this.state.now();
    const { accessTokenLifeSeconds: life, accessTokens: form } = this.state.behaviour;
    const accessToken =
      form === 'jwt' ? this.issuer.issue(grant, now, life) : randomBytes(32).toString('base64url');
    this.accessTokens.set(accessToken, { id: randomUUID(), grant, expiresAt: now + life * 1000 });
    const answer: TokenAnswer = {
      access_token: accessToken,
      token_type: 'Bearer',
      scope: grant.scope.join(' '),
      expires_in: life,
    };
    if (!grant.scope.includes('offline_access')) return answer;
    const refreshToken = `v1.${randomBytes(32).toString('base64url')}`;
    this.refreshTokens.set(refreshToken, { grant, issuedAt: now, spentAt: null });
    return { ...answer, refresh_token: refreshToken };
  }

  private deadToken(): OAuthError {
    const { deadTokenError } = this.state.behaviour;
    switch (deadTokenError) {
      case 'invalid_grant':
        return this.invalidGrant('Unknown or invalid refresh token.');
      case 'access_denied':
        return new OAuthError(403, deadTokenError, 'Unknown or invalid refresh token');
      case 'unauthorized_client':
        return new OAuthError(403, deadTokenError, 'refresh_token is invalid');
    }
  }

  private invalidGrant(description: string): OAuthError {
    return new OAuthError(this.state.behaviour.invalidGrantStatus, 'invalid_grant', description);
  }
}
