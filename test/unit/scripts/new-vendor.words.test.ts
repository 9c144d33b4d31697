import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { layDown } from '../../../scripts/new-vendor/lay-down';
import type { AnyVendor } from '../../../vendors/define';
import { casesOf } from '../../contract/cases';
import { keepsWords } from '../../contract/recorded';
import { projectBeside } from './project-beside';

const project = projectBeside('acme3');
layDown(project, { id: 'acme3', label: 'Acme 3' });
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('a vendor that was laid down says why, in its recorded words', () => {
  const { acme3 } = jest.requireActual<{ acme3: AnyVendor }>(join(project, 'vendors/acme3/definition.ts'));
  keepsWords(acme3, casesOf('acme3', join(project, 'test/contract/cases/acme3')));
});
