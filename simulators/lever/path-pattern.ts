/**
 * Matches request paths against a pattern: `:name` stands for one segment, `*` for anything; a leading `/v1` may be
 * left out. `/opportunities/:id/notes`, `/oauth/token`, `*`.
 */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const source = withoutVersion(pattern)
    .split(/(:[A-Za-z]+|\*)/)
    .map((part) =>
      part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  const regex = new RegExp(`^${source}/?$`);
  return (path) => regex.test(withoutVersion(path));
}

const withoutVersion = (path: string): string => path.replace(/^\/v1(?=\/|$)/, '');
