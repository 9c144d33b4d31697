/** Variables as releases before 0.2 call them. */
const formerNames: Record<string, string> = {
  SWEEP_BRAKE_ROWS: 'SWEEP_LIMIT_ROWS',
  SWEEP_BRAKE_PERCENT: 'SWEEP_LIMIT_PERCENT',
};

/** The same variables by the names of today; a value that is given under its own name goes before. */
export const byTodaysNames = (given: Record<string, string>): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(formerNames).flatMap(([former, name]) =>
      given[former] === undefined ? [] : [[name, given[former]]],
    ),
  ),
  ...given,
});

/** By which name a variable was given: what is wrong with it is told by that one. */
export const nameAsGiven = (given: Record<string, string>, name: string): string =>
  given[name] === undefined
    ? (Object.keys(formerNames).find((former) => formerNames[former] === name && former in given) ?? name)
    : name;
