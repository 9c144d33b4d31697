import { z } from 'zod';
import type { VendorCall } from '../../../vendors/define';
import { restApi } from '../../../vendors/rest-api';
import type { AcmeCredentials, AcmeSettings } from './settings';

/** The API of Acme Tests, as its document says: https://acme.example/api-document */

export type AcmeCall = VendorCall<AcmeCredentials, AcmeSettings>;

// Forgiving: only what the hub cannot do without is required.
const text = z.string().nullish();
const number = z.number().nullish();

export const assessmentsAnswer = z.object({
  /** Every list has an end: one that is longer is refused before any of it is read. */
  data: z.array(z.object({ id: z.string().min(1), name: text })).max(1_000),
});

export const invitationAnswer = z.object({
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

export const invitationsAnswer = z.object({ data: z.array(invitationAnswer).max(1_000) });

/** A refused repeat brings the invitation that is there. */
export const errorAnswer = z.object({
  error: z.object({ message: text }).nullish(),
  invitation: invitationAnswer.nullish(),
});

export const api = restApi<AcmeCredentials>({
  label: 'Acme Tests',
  addressFrom: 'ACME_BASE_URL',
  headers: ({ apiKey }) => ({ authorization: `Bearer ${apiKey}` }),
  words: (body) => errorAnswer.safeParse(body).data?.error?.message,
});
