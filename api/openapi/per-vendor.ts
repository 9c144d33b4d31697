import { z } from 'zod';
import { registry } from '../../vendors/registry';

const nameOf = (id: string): string => `${id.charAt(0).toUpperCase()}${id.slice(1)}`;

/** Settings and credentials of every vendor, each a component of its own. */
const ofVendors = Object.values(registry).map(({ id, settings, credentials }) => ({
  vendor: z.literal(id),
  settings: settings.meta({ id: `${nameOf(id)}Settings` }).optional(),
  credentials: credentials.meta({ id: `${nameOf(id)}Credentials` }),
}));

/**
 * A body that names a vendor, spelt out for each: the route takes settings and credentials as they come and leaves them to
 * the vendor's own schemas, which stand in their places here.
 */
export const perVendor = (body: z.ZodObject): z.ZodType => z.union(ofVendors.map((one) => body.extend(one)));
