import { z } from 'zod';
import { runsAtEnd } from '../../domain/connection';
import { vendorIds } from '../../vendors/registry';

/** What programs send about connections; the vendor's own schemas parse settings and credentials. */

const secretText = z.string().trim().min(1).max(4_096);

export const leverGrant = z.union(
  [z.strictObject({ apiKey: secretText }), z.strictObject({ refreshToken: secretText })],
  'give either {"apiKey": "…"} or {"refreshToken": "…"}',
);
export type LeverGrantInput = z.output<typeof leverGrant>;

const freeObject = z.record(z.string().max(200), z.unknown());

export const connectionId = z.strictObject({ id: z.string().min(1).max(64) });

export const newConnection = z.strictObject({
  vendor: z.enum(vendorIds),
  customer: z.string().trim().min(1).max(200),
  environment: z.enum(['production', 'sandbox']).default('production'),
  lever: leverGrant,
  credentials: freeObject.default({}),
  settings: freeObject.default({}),
});
export type NewConnection = z.output<typeof newConnection>;

export const connectionPatch = z
  .strictObject({
    customer: z.string().trim().min(1).max(200),
    /** Merged key by key; null puts a setting back to its default. */
    settings: freeObject,
    /** Replace the present ones as a whole. */
    credentials: freeObject,
    lever: z.strictObject({ signatureToken: secretText }),
  })
  .partial();
export type ConnectionPatch = z.output<typeof connectionPatch>;

export const reconnectInput = z.strictObject({
  lever: leverGrant,
  credentials: freeObject.optional().meta({
    description:
      "The vendor's credentials, where they are new, or were removed because the connection was disabled for long.",
  }),
});

export type Reconnection = z.output<typeof reconnectInput>;

const day = 86_400_000;

/** How long a connection is still taken at the addresses that were replaced. */
export const renewAddressesInput = z
  .strictObject({
    graceDays: z
      .number()
      .int()
      .min(0)
      .max(365)
      .default(30)
      .meta({ description: 'For how many days the present addresses are still taken; 0: no longer.' }),
  })
  .default({ graceDays: 30 });

export const graceMs = ({ graceDays }: z.output<typeof renewAddressesInput>): number => graceDays * day;

export const disableInput = z
  .strictObject({ openRuns: z.enum(runsAtEnd).default('withdraw') })
  .default({ openRuns: 'withdraw' });
