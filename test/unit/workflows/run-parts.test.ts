import ts from 'typescript';
import { everyFile, textOf } from '../../helpers/every-file';

/**
 * A run is made of parts, each of which is given the parts that it needs, and nobody but the workflow that has them put
 * together holds them all: otherwise everything may change everything.
 */

const files = everyFile.filter((path) => /^workflows\/.*\.ts$/.test(path));
const composition = 'workflows/assessment/compose.ts';
/** The narrated workflow, and the one that speaks for a run that is over. */
const holders = ['workflows/amendment/workflow.ts', 'workflows/assessment/workflow.ts'];

const mostParts = 8;
const mostMembers = 16;
const mostLines = 260;

const parsed = (text: string): ts.SourceFile =>
  ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);

function nodesOf(node: ts.Node): ts.Node[] {
  const below: ts.Node[] = [];
  node.forEachChild((child) => void below.push(child, ...nodesOf(child)));
  return below;
}

interface Size {
  name: string;
  parts: number;
  members: number;
}

/** What each class is given, and what others may use of it. */
const sizesOf = (text: string): Size[] =>
  nodesOf(parsed(text))
    .filter(ts.isClassDeclaration)
    .map((declared) => {
      const given = declared.members.find(ts.isConstructorDeclaration)?.parameters ?? [];
      const isOpen = (node: ts.ParameterDeclaration | ts.ClassElement): boolean =>
        !(ts.getModifiers(node as ts.MethodDeclaration) ?? []).some(({ kind }) =>
          [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.StaticKeyword].includes(kind),
        );
      const fields = given.filter((node) => ts.getModifiers(node) !== undefined && isOpen(node));
      const others = declared.members.filter((node) => !ts.isConstructorDeclaration(node) && isOpen(node));
      return {
        name: declared.name?.text ?? '',
        parts: given.length,
        members: fields.length + others.length,
      };
    });

/** The names that a parameter or field of this text is typed by, and that come from the composition. */
const typedByComposition = (text: string): string[] =>
  nodesOf(parsed(text))
    .filter((node) => ts.isParameter(node) || ts.isPropertySignature(node) || ts.isPropertyDeclaration(node))
    .flatMap(({ type }) => (type === undefined ? [] : [type.getText()]))
    .filter((type) => /\bcomposeRun\b|\bRun\b/.test(type));

describe('a run', () => {
  it('is put together in one place, and held by the workflows alone that are one', () => {
    const importing = files.filter((path) =>
      /\bfrom '(?:\.\.?\/)+(?:assessment\/)?compose'/.test(textOf(path)),
    );
    expect(importing.sort()).toEqual(holders);
  });

  it('is handed to no function as a whole', () => {
    const whole = files.flatMap((path) => typedByComposition(textOf(path)).map((type) => `${path}: ${type}`));
    expect(whole).toEqual([]);
    expect(typedByComposition('const a = (run: ReturnType<typeof composeRun>) => 1;')).toHaveLength(1);
    expect(typedByComposition('class A { constructor(private readonly run: Run) {} }')).toHaveLength(1);
  });
});

describe('the parts of a run', () => {
  const sizes = files.flatMap((path) => sizesOf(textOf(path)).map((size) => ({ path, ...size })));

  it('are counted at all', () => {
    const text =
      'class A { b = 1; private c = 2; constructor(readonly d: D, private e: E, f: F) {} g() {} get h() { return 1; } }';
    expect(sizesOf(text)).toEqual([{ name: 'A', parts: 3, members: 4 }]);
    expect(sizes.map(({ name }) => name)).toEqual(expect.arrayContaining(['RunLifecycle', 'PlanRunner']));
  });

  it('need few others each', () => {
    expect(sizes.filter(({ parts }) => parts > mostParts)).toEqual([]);
  });

  it('offer few things each', () => {
    expect(sizes.filter(({ members }) => members > mostMembers)).toEqual([]);
  });

  it('stand in files of one page or two', () => {
    const linesOf = (path: string): number => textOf(path).split('\n').length - 1;
    const long = files.filter((path) => path !== composition && linesOf(path) > mostLines);
    expect(long.map((path) => `${path}: ${linesOf(path)}`)).toEqual([]);
  });
});
