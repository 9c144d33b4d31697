import { registry, vendor } from '../../vendors/registry';
import { casesOf } from './cases';
import { keepsWords } from './recorded';

describe.each(Object.keys(registry))('%s says why, in its recorded words', (id) =>
  keepsWords(vendor(id), casesOf(id)),
);
