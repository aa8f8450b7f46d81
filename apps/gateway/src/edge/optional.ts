// Optional fields stay absent instead of being undefined.

/** `{ name: value }`, or nothing if the value is absent. */
export const optional = <const K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined ? {} : ({ [name]: value } as { [P in K]: V })

/** The value made of something optional, or `undefined`. */
export const mapped = <T, U>(value: T | undefined, map: (value: T) => U): U | undefined =>
  value === undefined ? undefined : map(value)
