import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Exchange } from './replay-http';

/** A recorded case: one operation of a vendor, what it asks, and what must come out. */
export const contractCase = z
  .strictObject({
    /** Why this case exists, for whoever breaks it. */
    about: z.string().min(10),
    operation: z.enum([
      'listAssessments',
      'invite',
      'status',
      'result',
      'remind',
      'cancel',
      'route',
      'plan',
      'callback',
    ]),
    settings: z.record(z.string(), z.unknown()).default({}),
    credentials: z.record(z.string(), z.unknown()),
    input: z.record(z.string(), z.unknown()).default({}),
    exchange: z.array(z.unknown()).default([]),
    output: z.unknown().optional(),
    error: z
      .strictObject({ code: z.string(), message: z.string().optional(), retryAfterMs: z.number().optional() })
      .optional(),
  })
  .refine((one) => 'output' in one !== 'error' in one, { message: 'give either output or error' });

export type ContractCase = Omit<z.output<typeof contractCase>, 'exchange'> & { exchange: Exchange[] };

const folder = join(__dirname, 'cases');

/** The cases of one vendor, by file name. @throws Error naming the file that is not a case */
export function casesOf(vendorId: string): { name: string; text: string; one: ContractCase }[] {
  return readdirSync(join(folder, vendorId))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, vendorId, file), 'utf8');
      const parsed = contractCase.safeParse(JSON.parse(text));
      if (!parsed.success) throw new Error(`${vendorId}/${file}: ${z.prettifyError(parsed.error)}`);
      return { name: file.replace(/\.json$/, ''), text, one: parsed.data as ContractCase };
    });
}

export const folders = (): string[] => readdirSync(folder).sort();
