import { z } from 'zod';
import type { VendorCall } from '../../../vendors/define';
import { restApi } from '../../../vendors/rest-api';
import type { AcmeCredentials, AcmeSettings } from './settings';

/** The API of Acme Tests, as its document says: https://acme.example/api-document */

export type AcmeCall = VendorCall<AcmeCredentials, AcmeSettings>;

// Forgiving: only what the hub cannot do without is required.
const text = z.string().nullish();
const number = z.number().nullish();

export const assessmentsAnswer = z.looseObject({
  data: z.array(z.looseObject({ id: z.string().min(1), name: text })),
});

export const invitationAnswer = z.looseObject({
  id: z.string().min(1).max(200),
  /** Our assessment id. */
  external_id: text,
  status: text,
  url: text,
  expires_at: text,
  completed_at: text,
  score: number,
  max_score: number,
  report_url: text,
});
export type AcmeInvitation = z.output<typeof invitationAnswer>;

export const invitationsAnswer = z.looseObject({ data: z.array(invitationAnswer) });

/** A refused repeat brings the invitation that is there. */
export const errorAnswer = z.looseObject({
  error: z.looseObject({ message: text }).nullish(),
  invitation: invitationAnswer.nullish(),
});

export const api = restApi<AcmeCredentials>({
  label: 'Acme Tests',
  addressFrom: 'ACME_BASE_URL',
  headers: ({ apiKey }) => ({ authorization: `Bearer ${apiKey}` }),
  words: (body) => errorAnswer.safeParse(body).data?.error?.message,
});
