import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Grant } from './grant';

/** Issues access tokens in the documented form: JWT, HS512, Lever's claims. Only this issuer's own are ever accepted. */
export class AccessTokenIssuer {
  private readonly signingKey = randomBytes(64);

  constructor(
    /** Root address of the simulator. */
    private readonly root: string,
    private readonly accountId: string,
  ) {}

  /** `now` in milliseconds since 1970, `life` in seconds. */
  issue(grant: Grant, now: number, life: number): string {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const issuedAt = Math.floor(now / 1000);
    const claims = {
      'https://oauth.lever.co/userId': grant.userId,
      'https://oauth.lever.co/accountId': this.accountId,
      'https://oauth.lever.co/clientId': grant.app.clientId,
      iss: this.issuer,
      sub: `auth0|${grant.userId}`,
      aud: `${this.root}/v1/`,
      iat: issuedAt,
      exp: issuedAt + life,
      azp: grant.app.clientId,
      scope: grant.scope.join(' '),
      jti: randomUUID(),
    };
    const signed = `${part({ alg: 'HS512', typ: 'JWT' })}.${part(claims)}`;
    return `${signed}.${createHmac('sha512', this.signingKey).update(signed).digest('base64url')}`;
  }

  /** Whether the text is a token of Lever's form that another environment issued. */
  isForeign(token: string): boolean {
    const claims = claimsOf(token);
    return (
      claims !== undefined && 'https://oauth.lever.co/accountId' in claims && claims['iss'] !== this.issuer
    );
  }

  private get issuer(): string {
    return `${this.root}/`;
  }
}

function claimsOf(token: string): Record<string, unknown> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
