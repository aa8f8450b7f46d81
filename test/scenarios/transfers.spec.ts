// Accounts, assets and plain money: the table of what an owner, an issuer and a stranger can do.
import { World, fundedWorld } from './ledger-table.js'

describe('plain transfers', () => {
  it('moves money that its owner signs for, once', () => {
    const world = fundedWorld('alice bob')
    world.run(`
      10 | alice     | a1     | bob 600 b1, alice 400 a2  |            | ok
      11 | alice     | a1     | bob 1000 b9               |            | coin_unknown
      11 | bob~alice | a2     | bob 400 b9                |            | signature_wrong
      11 |           | a2     | bob 400 b9                |            | signature_count
      11 | alice     | a2, a2 | bob 800 b9                |            | input_repeated
      11 | alice     | a2     | bob 401 b9                |            | unbalanced
      11 | alice     | a2     | bob 399 b9                |            | unbalanced
      11 | alice     | a2     | carol 400 c9              |            | account_unknown
      11 | alice     | a2     | bob 400 b9 EUR            |            | asset_unknown
      11 | alice bob | a2, b1 | bob 1000 b2               |            | ok
    `)
    expect(world.balances('alice bob')).toBe('alice 0 bob 1000')
  })

  it('issues only by the issuer, in sequence, within the maximum; burns only what is put in', () => {
    const world = new World('bank alice')
    world.run(`
      0 | bank       |      |             | register USD bank 100 | ok
      0 | bank       |      |             | register USD bank 100 | asset_exists
      0 | alice~bank |      | alice 60 a1 | issue 60              | signature_wrong
      0 | bank       |      | alice 60 a1 | issue 60 USD #1       | sequence_wrong
      0 | bank       |      | alice 60 a1 | issue 60              | ok
      0 | bank       |      | alice 41 a2 | issue 41              | supply_exceeded
      0 | bank       |      | alice 40 a2 | issue 40              | ok
      0 | bank       |      | alice 1 a3  | issue 1               | supply_exceeded
      0 | alice      | a1   | alice 50 a3 | burn 10               | ok
      0 | alice      | a3   | alice 50 a4 | burn 10               | unbalanced
      0 | bank       |      | alice 10 a5 | issue 10              | ok
      0 | bank       |      | alice 1 a6  | issue 1               | supply_exceeded
    `)
    expect(world.balances('alice')).toBe('alice 100')
  })
})
