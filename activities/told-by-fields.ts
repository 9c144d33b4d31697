/**
 * What a value says, by its fields, each of which has to be decided about: a field that is added later does not compile
 * before somebody has said whether a change of it is news.
 */
export type ToldByFields<Value> = { [Field in keyof Required<Value>]: (value: Value) => unknown[] };

/** A change of this field alone is no news. */
export const noNews = (): unknown[] => [];

/** All of it, in the order of the fields. */
export const toldBy = <Value>(fields: ToldByFields<Value>, value: Value): unknown[] =>
  Object.values<(value: Value) => unknown[]>(fields).flatMap((told) => told(value));
