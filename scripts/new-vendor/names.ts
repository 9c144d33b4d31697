import { Script } from 'node:vm';
import { vendorIdPattern } from '../../domain/ids';

/** What a new vendor is called, everywhere. */
export interface Names {
  /** Of its folder, its export, its part of addresses and variables. */
  id: string;
  /** As people read it. */
  label: string;
}

/** Words that other sources of deliveries and the skeleton's own code go by. */
const spokenFor = [
  'lever',
  'callback',
  'status',
  'result',
  'remind',
  'cancel',
  'invite',
  'find',
  'completed',
  'default',
];

/**
 * @param served the vendors that are there
 * @throws Error saying what to choose instead
 */
export function chooseNames(id: string, label: string, served: readonly Names[]): Names {
  if (!vendorIdPattern.test(id)) {
    throw new Error(
      `"${id}" cannot be a vendor's id: 2 to 30 small letters and digits, beginning with a letter, e.g. acme.`,
    );
  }
  if (spokenFor.includes(id) || !isFreeWord(id)) {
    throw new Error(`"${id}" means something else in the code. Choose another id, e.g. ${id}tests.`);
  }
  if (served.some((vendor) => vendor.id === id)) {
    throw new Error(`The hub serves a vendor "${id}" already: see vendors/${id}. Choose another id.`);
  }
  if (!/^[\p{L}\p{N}](?:[\p{L}\p{N} .&+-]{0,38}[\p{L}\p{N}.+])?$/u.test(label)) {
    throw new Error(
      `"${label}" cannot be a vendor's label: up to 40 letters, digits, spaces and . & + -, e.g. "Acme Tests".`,
    );
  }
  const same = served.find((vendor) => vendor.label.toLowerCase() === label.toLowerCase());
  if (same) throw new Error(`The vendor "${same.id}" is called ${same.label} already. Choose another label.`);
  return { id, label };
}

/** Whether a constant can have this name. */
function isFreeWord(id: string): boolean {
  try {
    new Script(`'use strict'; async () => { const ${id} = 0; }`);
    return true;
  } catch {
    return false;
  }
}
