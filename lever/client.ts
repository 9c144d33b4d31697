import type { Account } from './account';
import { account } from './account';
import type { NotesAndFiles } from './notes-and-files';
import { notesAndFiles } from './notes-and-files';
import type { Opportunities } from './opportunities';
import { opportunities } from './opportunities';
import type { TransportOptions } from './transport';
import { createTransport } from './transport';

/**
 * Lever for one connection. Each call is one request, but for lists of several pages and the one repeat after a 401.
 * No retries here: whoever calls decides about them by the code of the fault (`lever/errors.ts`).
 */
export type LeverClient = Opportunities & NotesAndFiles & Account;

export interface LeverClientOptions extends TransportOptions {
  /** The Lever user in whose name is written: it goes with every write to an opportunity that may name one. */
  performAs: string | null;
}

export function createLeverClient(options: LeverClientOptions): LeverClient {
  const transport = createTransport(options);
  return {
    ...opportunities(transport, options.performAs),
    ...notesAndFiles(transport, options.performAs),
    ...account(transport),
  };
}
