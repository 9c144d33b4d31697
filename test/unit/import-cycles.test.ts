import { everyImport, type Import, isOurs, sources } from '../helpers/imports';

const known = new Set(sources);
const endings = ['', '.ts', '.tsx', '/index.ts'];
const fileOf = (target: string): string | undefined =>
  endings.map((ending) => `${target}${ending}`).find((path) => known.has(path));

/** For each file that can reach itself one shortest way back, the alphabetically first of its files first. */
function cycles(imports: readonly Import[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, target } of imports.filter(isOurs)) {
    const to = fileOf(target);
    if (to !== undefined) next.set(from, (next.get(from) ?? new Set()).add(to));
  }
  const wayBack = (start: string): string[] | null => {
    const cameFrom = new Map<string, string>();
    const queue = [start];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      for (const to of next.get(at) ?? []) {
        if (to === start) return pathTo(at, cameFrom);
        if (cameFrom.has(to)) continue;
        cameFrom.set(to, at);
        queue.push(to);
      }
    }
    return null;
  };
  const found = [...next.keys()].map(wayBack).filter((way) => way !== null);
  return [...new Set(found.map((way) => turned(way).join(' > ')))].sort();
}

function pathTo(file: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const before = cameFrom.get(file);
  return before === undefined ? [file] : [...pathTo(before, cameFrom), file];
}

function turned(way: readonly string[]): string[] {
  const first = way.indexOf([...way].sort()[0] ?? '');
  return [...way.slice(first), ...way.slice(0, first)];
}

describe('import cycles', () => {
  it('are found', () => {
    const one = (from: string, target: string): Import => ({
      from,
      target,
      what: `./${target}`,
      typeOnly: false,
    });
    const [a, b, c] = ['domain/errors', 'domain/ids', 'domain/event-position'];
    const there = [one(`${b}.ts`, c), one(`${c}.ts`, a), one(`${a}.ts`, b), one('domain/lag.ts', a)];
    expect(cycles(there)).toEqual([`${a}.ts > ${b}.ts > ${c}.ts`]);
  });

  it('are nowhere in what runs', () => {
    expect(cycles(everyImport.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
  });

  it('are nowhere in types either', () => {
    expect(cycles(everyImport)).toEqual([]);
  });
});
