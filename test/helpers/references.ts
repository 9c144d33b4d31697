import { posix } from 'node:path';

/** What comments and documents refer to, read out of their text. */

/** Between two words of a reference a comment may be broken. */
const gap = String.raw`(?:\s|\*|//|#)+`;

const decisions = new RegExp(String.raw`\bdecisions?${gap}(\d+(?:(?:,|${gap}and|${gap}to)${gap}\d+)*)`, 'gi');
const leverFacts = new RegExp(
  String.raw`\blever-api${gap}(\d[\d.]*(?:(?:,|${gap}and|${gap}to)${gap}\d[\d.]*)*)`,
  'gi',
);

const numbersIn = (text: string, reference: RegExp): string[] =>
  [...text.matchAll(reference)].flatMap(([, list = '']) =>
    [...list.matchAll(/\d+(?:\.\d+)*/g)].map(([number]) => number),
  );

/** Numbers of the decisions that a text names: `decision 0007`, `decisions 0002 to 0004`. */
export const namedDecisions = (text: string): string[] => numbersIn(text, decisions);

/** Sections of docs/lever-api.md that a text names: `lever-api 4.1`. */
export const namedLeverFacts = (text: string): string[] => numbersIn(text, leverFacts);

/** References to papers that are not in the repository, as they were once written. */
export const lostReferences = (text: string): string[] =>
  [...text.matchAll(/\bdesign[\s*]+D?\d[\d.]*|\bvendors\.md|(?<!docs\/|\]\(|\.\.\/)\blever-api\.md/gi)].map(
    ([words]) => words.replace(/[\s*]+/g, ' '),
  );

/** What stands between fences or back ticks is an example. */
const withoutCode = (markdown: string): string =>
  markdown.replace(/^```[^]*?^```/gm, '').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''));

/** Targets of the links of a Markdown text that lead into the repository. */
export const relativeLinks = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/i.test(target));

/** The names by which the headings of a Markdown text can be linked to, as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return headingsOf(markdown).map((heading) => {
    const name = heading
      .replace(/\[([^[\]]*)\]\([^()]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return times === 0 ? name : `${name}-${times}`;
  });
}

/** The headings of a Markdown text, as they are written. */
const headingsOf = (markdown: string): string[] =>
  [...markdown.replace(/^```[^]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading);

/** Whether a file may refer to others; recorded histories and the lock file do not. */
const isWritten = (path: string): boolean =>
  /(?:^Dockerfile|\.(?:[cm]?[jt]s|tsx|md|sql|ya?ml|sh|json|py|example))$|^\.ci\//.test(path) &&
  !/^test\/replay\/histories\/|^package-lock\.json$/.test(path);

/**
 * Every reference that leads nowhere, as `file: reference`.
 * @param files paths from the root
 */
export function wrongReferences(files: readonly string[], textOf: (path: string) => string) {
  const wrong = (named: (text: string) => string[], isRight: (name: string) => boolean): string[] =>
    files
      .filter(isWritten)
      .flatMap((path) => named(textOf(path)).flatMap((name) => (isRight(name) ? [] : `${path}: ${name}`)));
  const decided = files.flatMap((path) => /^docs\/decisions\/(\d{4})-/.exec(path)?.[1] ?? []);
  const sections = headingsOf(textOf('docs/lever-api.md')).map((heading) =>
    heading.split(' ')[0]?.replace(/\.$/, ''),
  );
  const pages = files.filter((path) => path.endsWith('.md'));
  return {
    decisions: wrong(namedDecisions, (number) => decided.includes(number)),
    leverFacts: wrong(namedLeverFacts, (number) => sections.includes(number)),
    lost: wrong(lostReferences, () => false),
    links: pages.flatMap((page) => brokenLinks(page, files, textOf)),
  };
}

/** Links of one Markdown page that lead to no file or folder of the repository, or to no heading of the file. */
const brokenLinks = (page: string, files: readonly string[], textOf: (path: string) => string): string[] =>
  relativeLinks(textOf(page))
    .filter((link) => {
      const [file = '', anchor] = link.split('#');
      const path = file === '' ? page : posix.join(posix.dirname(page), file).replace(/\/$/, '');
      if (!files.includes(path)) return !files.some((each) => each.startsWith(`${path}/`));
      return anchor !== undefined && !anchorsOf(textOf(path)).includes(anchor);
    })
    .map((link) => `${page}: ${link}`);
