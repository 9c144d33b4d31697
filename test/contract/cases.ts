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
      'find',
      'status',
      'result',
      'remind',
      'extend',
      'cancel',
      'route',
      'plan',
      'callback',
      'pushedCatalogue',
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

/** What all cases of a folder share, in its `_common.json`: a case's own credentials and headers go before it. */
const commonPart = z.strictObject({
  credentials: z.record(z.string(), z.unknown()).optional(),
  /** Every request of every exchange has these, e.g. what proves who asks. */
  requestHeaders: z.record(z.string(), z.string()).optional(),
});
type CommonPart = z.output<typeof commonPart>;
const commonFile = '_common.json';

export type ContractCase = Omit<z.output<typeof contractCase>, 'exchange'> & { exchange: Exchange[] };

export interface NamedCase {
  name: string;
  /** As it is written, with what it inherits. */
  text: string;
  one: ContractCase;
}

const everyVendors = join(__dirname, 'cases');

/** The cases of one vendor, by file name. @throws Error naming the file that is not a case, or the folder to make */
export function casesOf(vendorId: string, folder = join(everyVendors, vendorId)): NamedCase[] {
  const files = filesOf(vendorId, folder);
  const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const read = <T extends z.ZodType>(file: string, schema: T, given: unknown): z.output<T> => {
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    throw new Error(`${vendorId}/${file}: ${z.prettifyError(parsed.error)}`);
  };
  const commonText = files.includes(commonFile) ? textOf(commonFile) : '{}';
  const common = read(commonFile, commonPart, jsonOf(commonText));
  return files
    .filter((file) => file !== commonFile)
    .map((file) => {
      const one = read(file, contractCase, withCommon(jsonOf(textOf(file)), common)) as ContractCase;
      return { name: file.replace(/\.json$/, ''), text: `${commonText}\n${textOf(file)}`, one };
    });
}

/** What is no case stays as it is: the schema says what is wrong with it. */
function withCommon(given: unknown, { credentials, requestHeaders }: CommonPart): unknown {
  if (typeof given !== 'object' || given === null) return given;
  const { exchange } = given as { exchange?: Exchange[] };
  return {
    ...(credentials !== undefined && { credentials }),
    ...given,
    ...(Array.isArray(exchange) && {
      exchange: exchange.map((one) => ({
        ...one,
        request: { ...one.request, headers: { ...requestHeaders, ...one.request.headers } },
      })),
    }),
  };
}

function filesOf(vendorId: string, folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort();
  } catch (cause) {
    const words = `${vendorId} has no recorded cases: put them into test/contract/cases/${vendorId}/*.json`;
    throw new Error(words, { cause });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const folders = (): string[] => readdirSync(everyVendors).sort();
