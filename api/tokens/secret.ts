import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** By its beginning a token is known for what it is, to people and to programs that search for leaked ones. */
const form = /^fulcrum_[\w-]{43}$/;

export const newTokenText = (): string => `fulcrum_${randomBytes(32).toString('base64url')}`;
export const newTokenId = (): string => `tok_${randomUUID().replaceAll('-', '')}`;

export const isTokenText = (text: string): boolean => form.test(text);

/**
 * What is stored of a token. A plain digest does, without salt or stretching: nobody can guess 256 random bits, however
 * fast the digest is.
 */
export const tokenDigest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
