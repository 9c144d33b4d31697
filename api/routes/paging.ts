import { z } from 'zod';

/** How every list is paged: `after` is the `next` of the page before. */
export const page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().min(1).max(500).optional(),
};
