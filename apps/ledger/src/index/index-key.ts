// Keys of index rows: the first eight bytes of an id as a number of PostgreSQL's bigint. A key narrows a search, the whole id decides it.

/** Key of an id, coordinate or account in hexadecimal. */
export const keyOf = (hex: string): bigint => BigInt.asIntN(64, BigInt(`0x${hex.slice(0, 16)}`))
