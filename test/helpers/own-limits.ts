import ts from 'typescript';

/** How many arguments come before the time limit that Jest takes last. */
const before: Record<string, number> = {
  it: 2,
  test: 2,
  beforeAll: 1,
  afterAll: 1,
  beforeEach: 1,
  afterEach: 1,
};

/** `test` of `test.concurrent.each(cases)`; null for what is no test and no hook, and for the table itself. */
function kindOf(callee: ts.Expression): string | null {
  if (ts.isPropertyAccessExpression(callee) && callee.name.text === 'each') return null;
  let root = callee;
  while (!ts.isIdentifier(root)) {
    if (ts.isPropertyAccessExpression(root) || ts.isCallExpression(root)) root = root.expression;
    else if (ts.isTaggedTemplateExpression(root)) root = root.tag;
    else return null;
  }
  return Object.hasOwn(before, root.text) ? root.text : null;
}

/** The lines on which a test or a hook is given a time limit of its own, or Jest another one, however it is written. */
export function ownLimits(text: string): number[] {
  const file = ts.createSourceFile('test.ts', text, ts.ScriptTarget.Latest, true);
  const lines: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const { expression: callee, arguments: given } = node;
      const kind = kindOf(callee);
      const ofJest = ts.isPropertyAccessExpression(callee) && callee.getText() === 'jest.setTimeout';
      const limit = kind === null ? undefined : given[before[kind] ?? 0];
      const found = ofJest ? callee : limit;
      if (found !== undefined) lines.push(file.getLineAndCharacterOfPosition(found.getStart()).line + 1);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return lines;
}
