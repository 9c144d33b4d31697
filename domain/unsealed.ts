/**
 * What stands for a value that came through Temporal without the hub's seal: whoever reaches Temporal's port can start and
 * signal workflows, but only the hub can seal. The codec puts it there, and whoever is spoken to decides what follows.
 */

const mark = 'fulcrum:unsealed';

export const unsealed: Readonly<Record<string, true>> = { [mark]: true };

export const isUnsealed = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, mark);
