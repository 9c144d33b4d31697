import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { grantedScopes, leverPermissions, missingPermissions } from '../../../lever/scopes';
import type { AnyVendor } from '../../../vendors/define';
import { registry } from '../../../vendors/registry';

const page = readFileSync(join(__dirname, '../../../docs/connecting.md'), 'utf8');
/** The cells of each table row of the page. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const vendors = Object.values(registry).map((vendor): [string, AnyVendor] => [vendor.label, vendor]);

describe.each(vendors)('the permissions of %s', (_, vendor) => {
  const permissions = leverPermissions(vendor.lever);

  test('stand in docs/connecting.md word by word', () => {
    const askers = ['every vendor', ...(vendor.lever.writesFiles ? ['vendors that write files'] : [])];
    const told = rows
      .filter(([, , asker]) => askers.includes(asker ?? ''))
      .map(([scope, reason]) => ({ scope: scope?.replaceAll('`', ''), reason }));
    expect(told).toEqual(permissions);
  });

  test('are of the form that Lever knows, each once, 20 at most', () => {
    const scopes = permissions.map(({ scope }) => scope);
    expect(
      scopes.filter((scope) => !/^(?:offline_access|[a-z_]+:(?:read|write):admin)$/.test(scope)),
    ).toEqual([]);
    expect(new Set(scopes).size).toBe(scopes.length);
    expect(scopes.length).toBeLessThanOrEqual(20);
  });
});

test('who writes files is told', () => {
  const writing = vendors.filter(([, { lever }]) => lever.writesFiles).map(([label]) => label);
  expect(page).toContain(`Vendors that write files: ${writing.join(', ')}.`);
});

test('files may be written only where a vendor does so', () => {
  const scopesOf = (writesFiles: boolean) => leverPermissions({ writesFiles }).map(({ scope }) => scope);
  expect(scopesOf(true).filter((scope) => !scopesOf(false).includes(scope))).toEqual(['files:write:admin']);
});

test('what was not granted is missing, and write stands in for read', () => {
  const wanted = ['offline_access', 'notes:write:admin', 'stages:read:admin'].map((scope) => ({
    scope,
    reason: 'because',
  }));
  const missing = (granted: string[]) => missingPermissions(wanted, granted).map(({ scope }) => scope);
  expect(missing(['offline_access', 'notes:write:admin', 'stages:write:admin'])).toEqual([]);
  expect(missing(['notes:read:admin', 'stages:read:admin'])).toEqual(['offline_access', 'notes:write:admin']);
});

test('the refresh token shows whether access lasts', () => {
  expect(grantedScopes('a b', [], true)).toEqual(['offline_access', 'a', 'b']);
  expect(grantedScopes('offline_access  a', [], false)).toEqual(['a']);
  expect(grantedScopes(null, ['offline_access', 'x'], true)).toEqual(['offline_access', 'x']);
  expect(grantedScopes('', ['x'], true)).toEqual(['offline_access']);
});
