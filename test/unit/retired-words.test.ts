import ts from 'typescript';
import { everyFile, textOf } from '../helpers/every-file';

/** A thing that got a better name keeps no second one: what is declared anew is declared by the name of today. */

interface Retired {
  /** What to say instead. */
  successor: string;
  /** Where it is retired; elsewhere it means something else. Default: everywhere. */
  within?: RegExp;
  /** `name`: as the whole name of anything, `word`: within a compound name as well, `method`: of methods alone. */
  as: 'name' | 'word' | 'method';
}

const runs = /^workflows\/(?:assessment|amendment)\//;

const retired: Record<string, Retired> = {
  alarm: { successor: 'wake-up, updatable timer', within: runs, as: 'word' },
  board: { successor: 'a name of what is shown', as: 'name' },
  brakes: { successor: 'limits', as: 'word' },
  courtesies: { successor: 'optional calls', as: 'word' },
  doors: { successor: 'message handlers', as: 'word' },
  Fault: { successor: 'error; an injected fault, of a simulator', within: /^(?!simulators\/)/, as: 'name' },
  HttpFault: { successor: 'HttpError', as: 'name' },
  InputFault: { successor: 'FieldError', as: 'name' },
  SettingsFault: { successor: 'SettingsError', as: 'name' },
  fewTimes: { successor: 'a name of the limit', as: 'name' },
  follow: { successor: 'process inbox', within: /^workflows\//, as: 'name' },
  GivenUp: { successor: 'suspend limit reached', as: 'name' },
  // Stored plans have it, which releases before 0.2 wrote.
  isCourtesy: { successor: 'isBestEffort', within: /^(?!domain\/plan-names\.ts)/, as: 'name' },
  land: { successor: 'a name of what arrives', as: 'name' },
  listen: { successor: 'message handlers', within: /^workflows\//, as: 'name' },
  look: {
    successor: 'scan, find existing, check, read',
    within: /^(?:api\/connections|domain|db)\//,
    as: 'method',
  },
  Moment: { successor: 'plan trigger', as: 'name' },
  // A stored name is read beside that of today.
  newest: { successor: 'high-water mark', within: /^(?:domain|workflows)\/(?!event-position)/, as: 'name' },
  pacing: { successor: 'rate', as: 'word' },
  pop: { successor: 'smg', within: /^(?:simulators|vendors)\//, as: 'name' },
  rank: { successor: 'position', within: /^(?:domain|workflows|activities)\/(?!event-position)/, as: 'name' },
  reacting: { successor: 'process inbox', as: 'word' },
  ride: { successor: 'send with', as: 'name' },
  RunTiming: { successor: 'activity timing', as: 'name' },
  settle: { successor: 'a name of what is decided', as: 'method' },
  verdict: {
    successor: 'status',
    within: /^domain\/(?:after-end|lifecycle|reducer|reduction|result-wait)\.ts$/,
    as: 'word',
  },
  withoutEnd: { successor: 'a name of the limit', within: /^(?!domain\/refusal-words\.ts)/, as: 'name' },
};

const production =
  /^(?:activities|api|db|domain|lever|platform|vendors|workers|workflows|simulators|scripts)\/.*\.tsx?$/;
/** A migration that was released never changes. */
const files = everyFile.filter((path) => production.test(path) && !path.startsWith('db/migrations/'));

interface Declared {
  name: string;
  isMethod: boolean;
  path: string;
}

/** Every name that a file declares, and its own and its folders'. */
function declaredIn(path: string): Declared[] {
  const declared: Declared[] = path
    .replace(/\.tsx?$/, '')
    .split('/')
    .slice(1)
    .map((name) => ({ name, isMethod: false, path }));
  const visit = (node: ts.Node): void => {
    const { name } = node as Partial<ts.NamedDeclaration>;
    // What is imported, or taken out of an object by its own name, was named elsewhere.
    const isOwn = !ts.isImportSpecifier(node) && !ts.isPropertyAccessExpression(node);
    if (name !== undefined && isOwn && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name))) {
      const isMethod = ts.isMethodDeclaration(node) || ts.isMethodSignature(node);
      declared.push({ name: name.text.replace(/^#/, ''), isMethod, path });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest, false));
  return declared;
}

/** `isOutOfPatience` → is, out, of, patience. */
const wordsOf = (name: string): string[] => name.split(/(?=[A-Z])|[-_.]/).map((word) => word.toLowerCase());

function bears({ name, isMethod, path }: Declared, word: string, { as, within }: Retired): boolean {
  if (within?.test(path) === false) return false;
  switch (as) {
    case 'name':
      return name === word;
    case 'word':
      return wordsOf(name).includes(word.toLowerCase());
    case 'method':
      return isMethod && name === word;
  }
}

const everyName = files.flatMap(declaredIn);
const bearers = (word: string): string[] => {
  const rule = retired[word];
  if (rule === undefined) throw new Error(`${word} is not in the table`);
  const found = everyName.filter((one) => bears(one, word, rule));
  return [...new Set(found.map(({ path, name }) => `${path}: ${name}, say: ${rule.successor}`))];
};

test('names are found at all, those of files too', () => {
  expect(everyName.length).toBeGreaterThan(10_000);
  expect(everyName).toContainEqual({
    name: 'inbox-processor',
    isMethod: false,
    path: 'workflows/assessment/inbox-processor.ts',
  });
  expect(everyName).toContainEqual(expect.objectContaining({ name: 'reduce', path: 'domain/reducer.ts' }));
});

test.each(Object.keys(retired))('nothing is called %s', (word) => {
  expect(bearers(word)).toEqual([]);
});
