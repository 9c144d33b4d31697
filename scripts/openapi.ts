import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { apiDocument } from '../api/openapi/document';
import { standardContractDocument } from '../api/openapi/standard-contract';

/**
 * Writes the OpenAPI documents that a hub serves to `docs/openapi`, so that a change to them is read in its diff, and
 * found there by whoever runs no hub.
 */

const root = join(__dirname, '..');
/** Stands for a hub's own address. */
const publicUrl = 'https://hub.example';

const documents = {
  'docs/openapi/hub.json': apiDocument(publicUrl),
  'docs/openapi/standard-contract.json': standardContractDocument(publicUrl),
};

for (const [path, document] of Object.entries(documents)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${JSON.stringify(document, null, 2)}\n`);
}
