import { isTransient } from './transient.js'

const coded = (code: string, message = 'fault'): Error => Object.assign(new Error(message), { code })

it.each([
  ['serialization failure', coded('40001'), true],
  ['deadlock', coded('40P01'), true],
  ['administrator shutdown', coded('57P01'), true],
  ['connection failure', coded('08006'), true],
  ['refused connection', coded('ECONNREFUSED'), true],
  ['several refused addresses', new AggregateError([coded('ECONNREFUSED')], 'all failed'), true],
  ['wrapped by the ORM', Object.assign(new Error('query failed'), { driverError: coded('40001') }), true],
  ['as a cause', new Error('outer', { cause: coded('57P03') }), true],
  ['terminated connection', new Error('Connection terminated unexpectedly'), true],
  ['full disk', coded('53100'), true],
  ['stale prepared statement', coded('0A000'), true],
  ['unique violation', coded('23505'), false],
  ['statement timeout', coded('57014'), false],
  ['a bug', new TypeError('x is not a function'), false],
  ['no error at all', 'ECONNREFUSED', false],
])('%s', (_name, error, expected) => {
  expect(isTransient(error)).toBe(expected)
})
