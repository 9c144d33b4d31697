import { z } from 'zod';
import { vendorIds } from '../../vendors/registry';
import { newConnection } from '../connections/input';
import { page } from '../routes/paging';

/** What programs and browsers send about connect links. */

const referenceCode = z
  .string()
  .regex(/^[A-Z0-9]{6,12}$/, 'write 6 to 12 capital letters and digits, e.g. ACME2031');

/** Like a new connection, without the access to Lever: the customer grants that. */
export const newConnectLink = newConnection.omit({ lever: true }).extend({
  /** For customers who are told a code instead of being sent a link. */
  referenceCode: referenceCode.optional(),
});
export type NewConnectLink = z.output<typeof newConnectLink>;

export const connectLinkId = z.strictObject({ id: z.string().min(1).max(64) });
export const connectLinkList = z.strictObject(page);

export const linkAddress = z.strictObject({ token: z.string().min(1).max(200) });
export const referenceAddress = z.strictObject({ vendor: z.enum(vendorIds) });

/** As people type a code: in small letters, with a gap or a dash. */
export const typedReference = z.strictObject({
  reference: z
    .string()
    .max(60)
    .transform((typed) => typed.replace(/[\s-]/g, '').toUpperCase())
    .pipe(referenceCode),
});

export const continueForm = z.strictObject({ ticket: z.string().min(1).max(1_000) });

/** Lever may add to it: only these are read. The description beside `error` is anybody's text and stays unread. */
export const callbackQuery = z.object({
  state: z.string().max(2_000).optional(),
  code: z.string().min(1).max(4_000).optional(),
  error: z.string().max(200).optional(),
});
export type CallbackQuery = z.output<typeof callbackQuery>;
