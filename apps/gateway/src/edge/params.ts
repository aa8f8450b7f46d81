// Path parameters: checked and put into the bus's terms before a controller sees them.
import type { PipeTransform } from '@nestjs/common'
import { Problem } from '../problem/problem.js'
import { accountOf } from './address.js'

type Read<T> = (text: string) => T | undefined

function parameter<T>(expected: string, read: Read<T>): PipeTransform<string, T> {
  return {
    transform: (text, { data }) => {
      const value = read(text)
      if (value === undefined) throw new Problem('malformed', `${data ?? 'parameter'} must be ${expected}`, data)
      return value
    },
  }
}

const matching = (pattern: RegExp, expected: string): PipeTransform<string, string> =>
  parameter(expected, (text) => (pattern.test(text) ? text : undefined))

export const typedId = (prefix: string): PipeTransform<string, string> =>
  matching(new RegExp(`^${prefix}_[0-9a-f]{32}$`), `an id of the form ${prefix}_…`)
export const hash32 = matching(/^[0-9a-f]{64}$/, '32 bytes in lowercase hexadecimal')
export const refundId = matching(/^[0-9a-f]{32}$/, '16 bytes in lowercase hexadecimal')
export const ledgerName = matching(/^[a-z][a-z0-9-]{0,30}$/, 'the name of a ledger')
export const assetCode = matching(/^[A-Z][A-Z0-9]{0,7}$/, 'the code of an asset')
/** An address in the path; the account id in hexadecimal behind it. */
export const address = parameter('an account address (ht1…)', accountOf)
export const blockHeight = parameter('a height from 1', (text) =>
  /^[1-9][0-9]{0,14}$/.test(text) && Number(text) <= 2 ** 48 ? Number(text) : undefined,
)
