import { isGuessable, isGuessableKey } from './crypto/guessable';
import { KeyRingError, parseKeyRing } from './crypto/keyring';

/**
 * What a hub in production is not started without, or with. Development makes do: keys are generated, servers embedded,
 * and only this machine's programs are let in.
 */

const how = 'is required in production';
const drawn = 'make one with: openssl rand -base64 32';

/** @param given the variables that are set, as they are written */
export function productionErrors(given: Record<string, string>): [name: string, message: string][] {
  if (given['NODE_ENV'] !== 'production') return [];
  const faults: [string, string][] = [];
  const need = (name: string, message: string): void => {
    if (given[name] === undefined) faults.push([name, `${how}; ${message}`]);
  };
  need('FULCRUM_KEYS', 'make a key with: echo "k1:$(openssl rand -base64 32)"');
  need('FULCRUM_OPERATOR_TOKEN', drawn);
  need('DATABASE_URL', 'the embedded PostgreSQL is for development');
  need('PUBLIC_URL', 'Lever and the vendors are told to call the hub there');

  for (const name of ['FULCRUM_OPERATOR_TOKEN', 'METRICS_TOKEN']) {
    const token = given[name];
    if (token !== undefined && isGuessable(token)) faults.push([name, `can be guessed; ${drawn}`]);
  }
  for (const name of ['FULCRUM_KEYS', 'FULCRUM_ADDRESS_KEYS']) {
    if (keysOf(given[name]).some(isGuessableKey))
      faults.push([name, `holds a key that can be guessed; ${drawn}`]);
  }
  if (/^http:/i.test(given['PUBLIC_URL'] ?? '') && given['ALLOW_HTTP_PUBLIC_URL'] !== 'true') {
    const message =
      'must be https: tokens and candidates would travel in the open, and Lever calls nothing else. Set ALLOW_HTTP_PUBLIC_URL=true if that is meant, for a trial on one machine';
    faults.push(['PUBLIC_URL', message]);
  }
  if (given['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    const message =
      'would have the hub take any certificate for that of Lever or a vendor: remove it, and name your own authority in NODE_EXTRA_CA_CERTS';
    faults.push(['NODE_TLS_REJECT_UNAUTHORIZED', message]);
  }
  return faults;
}

/** None for a ring that cannot be read, which is a fault of its own. */
function keysOf(text: string | undefined): Buffer[] {
  try {
    return text === undefined ? [] : parseKeyRing(text).all.map(({ key }) => key);
  } catch (error) {
    if (error instanceof KeyRingError) return [];
    throw error;
  }
}
