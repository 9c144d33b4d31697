import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { registry, vendor, vendorRoots } from '../../vendors/registry';
import { casesOf, folders } from './cases';
import { isSound } from './sound';

const vendorsFolder = join(__dirname, '../../vendors');
const vendorFolders = readdirSync(vendorsFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

describe('the registry', () => {
  const served = Object.keys(registry).sort();

  it('has one entry for each vendor folder and each folder of cases', () => {
    expect(vendorFolders).toEqual(served);
    expect(folders()).toEqual(served);
  });

  it('names itself as the definitions do', () => {
    expect(Object.entries(registry).map(([key, definition]) => [key, definition.id])).toEqual(
      Object.keys(registry).map((key) => [key, key]),
    );
  });

  it('gives no two vendors one name', () => {
    const labels = Object.values(registry).map(({ label }) => label.toLowerCase());
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('tells the configuration where vendors are called', () => {
    expect(vendorRoots).toMatchObject({ smg: 'https://pop.selfmgmt.com/api/1.0', standard: '' });
    expect(Object.keys(vendorRoots).sort()).toEqual(served);
  });

  it.each(['nobody', 'constructor', '__proto__', 'default'])(
    'knows no vendor %s and says which there are',
    (id) => {
      expect(() => vendor(id)).toThrow(
        expect.objectContaining({ code: 'not_found', message: expect.stringContaining('smg') }),
      );
    },
  );
});

describe.each(Object.keys(registry))('the definition of %s', (id) =>
  isSound(vendor(id), casesOf(id), join(vendorsFolder, id)),
);
