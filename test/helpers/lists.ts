import { skipReasons } from '../../domain/events';
import { statuses } from '../../domain/lifecycle';
import { timelineKinds, verdicts } from '../../domain/records';

/** What a document has to list in full: what it is, the document, and what is missing there. */
export type List = [what: string, page: string, missing: string[]];

/** @param textOf reads a file by its path from the root */
export function lists(textOf: (path: string) => string): List[] {
  const namesIn = (path: string, pattern: RegExp): string[] => {
    const names = [...textOf(path).matchAll(pattern)].map(([, name = '']) => name);
    if (names.length < 5) throw new Error(`${path} is no longer written as this reads it`);
    return names;
  };
  const without = (page: string, names: readonly string[], shown: (name: string) => RegExp): string[] =>
    names.filter((name) => !shown(name).test(textOf(page)));
  const inTable = (what: string, page: string, names: readonly string[]): List => [
    what,
    page,
    without(page, names, (name) => new RegExp(`^\\| \`${name}\`[^|]* \\|`, 'm')),
  ];
  const variables = namesIn('platform/config-schema.ts', /^ {2}([A-Z][A-Z_]+):/gm);
  const metrics = namesIn('platform/metrics.ts', /^ +name: '(fulcrum_\w+)'/gm);
  const [example, operations, glossary] = ['.env.example', 'docs/operations.md', 'docs/glossary.md'] as const;
  return [
    [
      'variables of the environment',
      example,
      without(example, variables, (name) => new RegExp(`^#?${name}=`, 'm')),
    ],
    ['metrics', operations, without(operations, metrics, (name) => new RegExp(`\`${name}[\`{]`))],
    inTable('reasons of skipped runs', operations, Object.keys(skipReasons)),
    inTable('statuses of runs', glossary, statuses),
    inTable('verdicts of deliveries', glossary, verdicts),
    inTable('kinds of lines of the timeline', glossary, timelineKinds),
  ];
}
