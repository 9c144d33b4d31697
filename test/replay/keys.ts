import { writtenKey } from '../helpers/keys';

/** The ring that sealed the histories of this folder. It protects nothing: everybody in them is made up. */
export const replayKeys = writtenKey('replay');
