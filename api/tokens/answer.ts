import { z } from 'zod';
import { reachKinds, rights } from '../../domain/access';
import { vendorIds } from '../../vendors/registry';
import { time } from '../openapi/answers';

/** Tokens as programs see them. */

export const tokenAnswer = z.strictObject({
  id: z.string(),
  label: z.string(),
  reach: z.strictObject({
    kind: z.enum(reachKinds),
    vendor: z.enum(vendorIds).nullable(),
    connection: z.string().nullable(),
  }),
  rights: z.array(z.enum(rights)),
  state: z.enum(['valid', 'expired', 'revoked']),
  createdBy: z.string().meta({ description: '`operator`, or the id of a token.' }),
  createdAt: time,
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable().meta({ description: 'To the minute.' }),
  revokedAt: time.nullable(),
});

export const madeTokenAnswer = tokenAnswer.extend({
  token: z.string().meta({ description: 'The token itself, shown this once.' }),
});
