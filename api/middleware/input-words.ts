import type { z } from 'zod';

/** What is wrong with the API's input, for who reads the answer. What a schema says in words of its own comes before it. */
export const inputWords: { error: z.core.$ZodErrorMap } = {
  error: (issue) => {
    if (issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
      return 'is missing';
    }
    switch (issue.code) {
      case 'invalid_type':
        return `must be ${types[issue.expected] ?? issue.expected}`;
      case 'invalid_value':
        return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
      case 'too_small':
        if (issue.minimum === 1 && issue.origin !== 'number') return 'must not be empty';
        return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
      case 'too_big':
        return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
      case 'invalid_format':
        return forms[issue.format] ?? 'is not written in the form that it has to have';
      case 'unrecognized_keys':
        return `has no field named ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
      case 'invalid_key':
        return 'holds a name that is empty, or too long';
      case 'invalid_union':
        return issue.input === undefined ? 'is missing' : 'has none of the forms that it may have';
      default:
        return undefined;
    }
  },
};

const types: Partial<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with fields',
  record: 'an object with fields',
};

const forms: Partial<Record<string, string>> = {
  datetime: 'write a time like 2027-01-31T12:00:00Z',
  email: 'write an e-mail address',
  url: 'write an address like https://host/path',
};

const units: Partial<Record<string, string>> = {
  string: ' characters',
  array: ' entries',
  record: ' fields',
};

const bound = (origin: string, how: string, limit: number | bigint): string =>
  units[origin] === undefined ? `must be ${how} ${limit}` : `must have ${how} ${limit}${units[origin]}`;
