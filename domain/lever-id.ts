/**
 * Lever's ids are UUIDs, and words for built-in stages (`offer`); some accounts show hex. What others give for one comes
 * into paths, queries, workflow ids and lists of the hub, so it has to look like one: no slash, nothing that a path would
 * take for a step, no blank, and no more than Temporal's ids have room for.
 */
const longest = 128;
const pattern = /^(?!\.{1,2}$)[\w.:-]+$/;

export const isLeverId = (text: string): boolean => text.length <= longest && pattern.test(text);
