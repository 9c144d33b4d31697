import { z } from 'zod';
import { newConnection } from '../../../api/connections/input';
import { parseForVendor } from '../../../api/connections/settings';
import { inputWords } from '../../../api/middleware/input-words';
import type { InputError } from '../../../api/middleware/problem';
import { extendAssessment } from '../../../api/openapi/operations/assessments';
import { vendor } from '../../../vendors/registry';

/** What is said of one wrong input, a line for each fault. */
const said = (schema: z.ZodType, input: unknown): string[] =>
  (schema.safeParse(input, inputWords).error?.issues ?? []).map(({ message }) => message);

test.each<[string, z.ZodType, unknown, string]>([
  ['nothing', z.string(), undefined, 'is missing'],
  ['no choice', z.enum(['a', 'b']), undefined, 'is missing'],
  ['none of several forms', z.union([z.string(), z.number()]), undefined, 'is missing'],
  ['another form', z.union([z.string(), z.number()]), true, 'has none of the forms that it may have'],
  ['a number for a text', z.string(), 3, 'must be a text'],
  ['null for a text', z.string(), null, 'must be a text'],
  ['a text for a number', z.coerce.number(), 'ten', 'must be a number'],
  ['a fraction', z.int(), 1.5, 'must be a whole number'],
  ['a text for a switch', z.boolean(), 'yes', 'must be true or false'],
  ['a text for a list', z.array(z.string()), 'a', 'must be a list'],
  ['a list for an object', z.strictObject({}), [], 'must be an object with fields'],
  ['a text for an object', z.record(z.string(), z.string()), 'a', 'must be an object with fields'],
  ['an empty text', z.string().min(1), '', 'must not be empty'],
  ['an empty list', z.array(z.string()).min(1), [], 'must not be empty'],
  ['a short text', z.string().min(16), 'short', 'must have at least 16 characters'],
  ['a long text', z.string().max(2), 'long', 'must have at most 2 characters'],
  ['a long list', z.array(z.number()).max(1), [1, 2], 'must have at most 1 entries'],
  ['a small number', z.number().min(1), 0, 'must be at least 1'],
  ['a number that is not above', z.number().gt(0), 0, 'must be more than 0'],
  ['a large number', z.number().max(100), 101, 'must be at most 100'],
  ['another choice', z.enum(['a', 'b']), 'c', 'must be one of a, b'],
  ['another value', z.literal(true), false, 'must be true'],
  ['no time', z.iso.datetime(), 'tomorrow', 'write a time like 2027-01-31T12:00:00Z'],
  ['no e-mail', z.email(), 'me', 'write an e-mail address'],
  ['no address', z.url(), 'host', 'write an address like https://host/path'],
  ['another form of text', z.string().regex(/^x$/), 'y', 'is not written in the form that it has to have'],
  ['a misspelt field', z.strictObject({}), { lable: 1 }, 'has no field named "lable"'],
  [
    'a nameless field',
    z.record(z.string().min(1), z.string()),
    { '': 'x' },
    'holds a name that is empty, or too long',
  ],
  ['what a schema has words for', z.string('write it out'), 3, 'write it out'],
])('%s is told in words', (_, schema, input, words) => {
  expect(said(schema, input)).toEqual([words]);
});

test('what people send about connections and assessments is told with what to do', () => {
  const faults = (settings: Record<string, unknown>): string[] => {
    try {
      parseForVendor(vendor('smg'), { settings, credentials: { username: '' } });
    } catch (error) {
      return (error as InputError).errors.map(({ path, message }) => `${path}: ${message}`);
    }
    return [];
  };
  expect(faults({ expiresAfter: 14, suspendLimit: 3, triggerStages: [''], onLeaveStage: 'go' })).toEqual(
    expect.arrayContaining([
      'body.settings.expiresAfter: write a duration such as 14d, or never',
      'body.settings.suspendLimit: write a duration like 3d, 36h, 10m, 90s; 3650d at most',
      'body.settings.triggerStages.0: must not be empty',
      'body.settings.onLeaveStage: must be one of keep, cancel',
      'body.credentials.username: must not be empty',
      'body.credentials.password: is missing',
    ]),
  );
  expect(said(newConnection, { vendor: 'smg', lever: { apiKey: 'key' } })).toEqual(['is missing']);
  expect(said(extendAssessment.input.body, { by: 14 })).toEqual([expect.stringContaining('{"by": "3d"}')]);
});
