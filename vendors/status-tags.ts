import { z } from 'zod';

/**
 * The setting `tags` of a vendor with a tag for each of these states: each text can be changed, none can be that of
 * another state, because a plan takes away the tags of all states but one.
 * @param texts the vendor's own, by their state
 */
export function statusTags<State extends string>(texts: Record<State, string>) {
  const states = Object.entries<string>(texts);
  const shape = Object.fromEntries(
    states.map(([state, text]) => [state, z.string().min(1).default(text)]),
  ) as Record<State, z.ZodDefault<z.ZodString>>;
  return z
    .strictObject(shape)
    .refine((given) => new Set(Object.values(given)).size === states.length, {
      message: `${new Intl.ListFormat('en-GB').format(Object.keys(texts))} need different texts`,
    })
    .prefault({} as never);
}
