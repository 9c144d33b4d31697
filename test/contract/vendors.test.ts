import { registry, vendor } from '../../vendors/registry';
import { casesOf } from './cases';
import { keepsContract } from './recorded';

/** One suite over every vendor in the registry: a new vendor gets its tests by writing down cases. */
describe.each(Object.keys(registry))('%s keeps its recorded contract', (id) =>
  keepsContract(vendor(id), casesOf(id)),
);
