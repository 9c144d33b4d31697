import { z } from 'zod';
import { reachKinds, rights } from '../../../domain/access';
import { vendorIds } from '../../../vendors/registry';
import { page } from '../../routes/paging';
import { madeTokenAnswer, tokenAnswer } from '../../tokens/answer';
import { pageOf } from '../answers';
import { operation } from '../operation';

/** Tokens of the API: who may do what, and where (decision 0042). */

const tag = 'tokens';
const one = { params: z.strictObject({ id: z.string().min(1).max(64) }) };

/** Checked together: each kind of reach names just what it is about. */
const reachInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal(reachKinds[0]) }),
  z.strictObject({ kind: z.literal(reachKinds[1]), vendor: z.enum(vendorIds) }),
  z.strictObject({ kind: z.literal(reachKinds[2]), connection: z.string().min(1).max(64) }),
]);

export const makeToken = operation({
  id: 'makeToken',
  right: 'administer',
  action: 'token.created',
  audited: 'change',
  tag,
  method: 'post',
  path: '/tokens',
  summary: 'Make a token',
  description:
    'The answer is the only one that shows the token itself: the hub stores its digest. Nobody can give more reach or rights, or a later expiry, than they have.',
  input: {
    body: z.strictObject({
      label: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .meta({ description: 'What or whom it is for. People read it in the list and in the audit.' }),
      reach: reachInput,
      rights: z
        .array(z.enum(rights))
        .min(1)
        .max(rights.length)
        .transform((given) => rights.filter((right) => given.includes(right))),
      expiresAt: z.iso
        .datetime({ offset: true })
        .optional()
        .meta({ description: 'When it expires. Left out: never.' }),
    }),
  },
  status: 201,
  answer: madeTokenAnswer,
  problems: ['connection.missing'],
});

export const listTokens = operation({
  id: 'listTokens',
  right: 'administer',
  action: 'token.listed',
  audited: 'refusals',
  tag,
  method: 'get',
  path: '/tokens',
  summary: 'List tokens, newest first, revoked ones as well',
  input: { query: z.strictObject(page) },
  status: 200,
  answer: pageOf(tokenAnswer),
  problems: [],
});

export const getToken = operation({
  id: 'getToken',
  right: 'administer',
  action: 'token.read',
  audited: 'refusals',
  tag,
  method: 'get',
  path: '/tokens/:id',
  summary: 'Read a token',
  input: one,
  status: 200,
  answer: tokenAnswer,
  problems: ['not_found'],
});

export const revokeToken = operation({
  id: 'revokeToken',
  right: 'administer',
  action: 'token.revoked',
  audited: 'change',
  tag,
  method: 'post',
  path: '/tokens/:id/revoke',
  summary: 'Revoke a token, from the next request on and for good',
  description: 'Also the one that the request is made with. Tokens that were made with it stay valid.',
  input: one,
  status: 200,
  answer: tokenAnswer,
  problems: ['not_found'],
});
