import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Config } from './config';
import type { KeyRing } from './crypto/keyring';
import { keyBytes, parseKeyRing } from './crypto/keyring';

/**
 * Development needs no key to be made by hand: one ring and one operator token are generated once and kept under
 * `DATA_DIR`, so that a restart opens what the last run sealed. Production refuses to start without its own
 * (`config.ts`).
 */

const stored = z.object({ keys: z.string(), operatorToken: z.string() });
export const developmentKeysFile = 'development-keys.json';

export interface HubKeys {
  ring: KeyRing;
  operatorToken: string;
  /** Then it may be printed; one that was given is known to whoever gave it. */
  tokenGenerated: boolean;
}

/** The ring that makes and opens the addresses which others call: it may keep keys that seal nothing any more. */
export const addressRingOf = ({ addressKeys }: Pick<Config, 'addressKeys'>, ring: KeyRing): KeyRing =>
  addressKeys === null ? ring : parseKeyRing(addressKeys);

/** The hub's keys: those of the configuration, and generated ones for what it leaves out. */
export function hubKeys(config: Pick<Config, 'keys' | 'operatorToken' | 'dataDir'>): HubKeys {
  if (config.keys !== null && config.operatorToken !== null) {
    return { ring: parseKeyRing(config.keys), operatorToken: config.operatorToken, tokenGenerated: false };
  }
  const generated = readOrGenerate(config.dataDir);
  return {
    ring: parseKeyRing(config.keys ?? generated.keys),
    operatorToken: config.operatorToken ?? generated.operatorToken,
    tokenGenerated: config.operatorToken === null,
  };
}

function readOrGenerate(dataDir: string): z.output<typeof stored> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = path.join(dataDir, developmentKeysFile);
  const found = read(file);
  if (found !== null) return found;
  const made = {
    keys: `dev:${randomBytes(keyBytes).toString('base64')}`,
    operatorToken: randomBytes(24).toString('base64url'),
  };
  // api and worker may start at once: a link is made whole or not at all, and the second finds the first one's.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
    return made;
  } catch (error) {
    const other = read(file);
    if (other === null) throw error;
    return other;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(file: string): z.output<typeof stored> | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return stored.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `${file} cannot be read. Put it back, or delete it together with the development data: what was sealed with its key cannot be opened without it.`,
      { cause },
    );
  }
}
