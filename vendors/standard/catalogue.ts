import { z } from 'zod';
import { text } from './fields';

/** What can be ordered, as the vendor gives it page by page when it is asked, or sends it whole by itself. */

export const packageTypes = [
  'SKILLS_TEST',
  'VIDEO_INTERVIEW',
  'PERSONALITY',
  'COGNITIVE',
  'REFERENCE_CHECK',
  'OTHER',
] as const;

export const packageItem = z
  .object({
    id: text(200).meta({ description: 'What an order names it by', example: 'sales-basics' }),
    type: z
      .enum(packageTypes, { message: `write one of ${packageTypes.join(', ')}` })
      .meta({ description: 'What kind of assessment it is', example: 'SKILLS_TEST' }),
    name: text(500).meta({ description: 'For whoever chooses it', example: 'Sales basics' }),
    description: text(2_000)
      .nullish()
      .meta({ description: 'One or two sentences for whoever chooses it', example: 'Twelve questions' }),
  })
  .meta({ description: 'Something that can be ordered' });

/** One page of the answer to `GET /packages`. */
export const packages = z
  .object({
    packages: z.array(packageItem).max(1_000).meta({ description: 'In the order in which they are shown' }),
    next: text(1_000)
      .nullish()
      .meta({ description: 'Asks for the next page as `?cursor=`; null or left out on the last one' }),
  })
  .meta({ description: 'One page of what can be ordered' });

/** The body of `PUT …/packages`: it takes the place of whatever was known before. */
export const catalogue = z
  .object({
    packages: z
      .array(packageItem)
      .max(1_000)
      .refine(isDistinct, { message: 'every id may be there only once' })
      .meta({ description: 'Everything that can be ordered; a package that is no longer listed cannot be' }),
  })
  .meta({ description: 'Everything that can be ordered' });
export type Catalogue = z.output<typeof catalogue>;

function isDistinct(items: readonly { id: string }[]): boolean {
  return new Set(items.map(({ id }) => id)).size === items.length;
}
