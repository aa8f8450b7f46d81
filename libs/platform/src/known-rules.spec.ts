// Remembered rules are the same rules, gathered once.
import 'reflect-metadata'
import { IsInt, IsOptional, IsString, MaxLength, Min, getMetadataStorage, validateSync } from 'class-validator'
import { rememberRules } from './known-rules.js'

class Named {
  @IsString() @MaxLength(5) name: unknown
}
class Counted extends Named {
  @IsInt() @Min(1) count: unknown
  @IsOptional() @IsString({ groups: ['told'] }) note: unknown
}

const CASES: readonly (readonly [type: new () => object, fields: object])[] = [
  [Named, { name: 'abc' }],
  [Named, { name: 'abcdef' }],
  [Named, { name: 1, other: 2 }],
  [Counted, { name: 'abc', count: 1 }],
  [Counted, { name: 'abcdef', count: 0, note: 4 }],
  [Counted, { count: 1.5 }],
]

const verdicts = (groups?: string[]): unknown[] =>
  CASES.map(([Type, fields]) =>
    validateSync(Object.assign(new Type(), fields), {
      whitelist: true,
      forbidNonWhitelisted: true,
      ...(groups === undefined ? {} : { groups }),
    }).map(({ property, constraints }) => ({ property, constraints })),
  )

it('judges as before, also where groups are asked for', () => {
  const before = [verdicts(), verdicts(['told'])]
  const storage = getMetadataStorage()
  // bound copies: the house's other specs share the one storage of the process
  const own = Object.create(storage)
  rememberRules(own)
  const gather = vi.spyOn(storage, 'getTargetValidationMetadatas').mockImplementation(own.getTargetValidationMetadatas)
  const group = vi.spyOn(storage, 'groupByPropertyName').mockImplementation(own.groupByPropertyName)
  try {
    expect([verdicts(), verdicts(['told'])]).toEqual(before)
    expect([verdicts(), verdicts(['told'])]).toEqual(before)
    const once = own.getTargetValidationMetadatas(Counted, '', false, false)
    expect(own.getTargetValidationMetadatas(Counted, '', false, false)).toBe(once)
    expect(own.groupByPropertyName(once)).toBe(own.groupByPropertyName(once))
    expect(before.flat().some((verdict) => Array.isArray(verdict) && verdict.length > 0)).toBe(true)
  } finally {
    gather.mockRestore()
    group.mockRestore()
  }
})
