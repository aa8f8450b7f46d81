// The judge of the bench is judged: a chain that is what it was acknowledged to be passes, and each way of cheating is seen.
import {
  LedgerState,
  type Genesis,
  Validator,
  decodeSealedHeader,
  encodeHeader,
  encodeSealedHeader,
  nextHeader,
  seal,
} from '@huitong/chain'
import { type PublicKey, type Signature, type Time, fromHex, hexOf } from '@huitong/primitives'
import { defaultRulebook } from '../../../apps/ledger/src/genesis/genesis-folder.js'
import { sodium } from '../workload/native.js'
import { FIXED_BASE, type Plan } from '../workload/plan.js'
import { Scribe, TransferForm, coordinateOf } from '../workload/transactions.js'
import { walletOf, walletsOf } from '../workload/wallets.js'
import { ChainChecker, type Stored } from './check.js'

const PLAN: Plan = { seed: 5, name: 'checked', base: FIXED_BASE, wallets: 3, coins: 3, transfers: 3, shape: 'split' }

interface Chain {
  readonly genesis: Genesis
  readonly blocks: readonly Stored[]
  readonly transfers: readonly Uint8Array[]
}

/** Founding in the first block, three signed transfers in the second. */
async function chain(): Promise<Chain> {
  const publicKey = Buffer.alloc(32)
  const secretKey = Buffer.alloc(64)
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, Buffer.alloc(32, 9))
  const signer = {
    publicKey: hexOf<PublicKey>(publicKey),
    sign(message: Uint8Array) {
      const signature = Buffer.alloc(64)
      sodium.crypto_sign_detached(signature, Buffer.from(message), secretKey)
      return hexOf<Signature>(signature)
    },
  }
  const createdAt = PLAN.base as Time
  const rulebook = defaultRulebook(true)
  const genesis: Genesis = {
    format: 'huitong-genesis-1',
    name: PLAN.name,
    createdAt,
    sandbox: true,
    sealingKey: signer.publicKey,
    rulebook,
  }
  const state = new LedgerState(genesis)
  const scribe = new Scribe(state.chain, PLAN)
  const [issuer, wallets] = [walletOf(PLAN.seed, -1), walletsOf(PLAN.seed, PLAN.wallets)]
  const issue = scribe.issue(
    issuer,
    0,
    wallets.map(({ account }) => account),
  )
  const founding = [...scribe.open([issuer, ...wallets]), scribe.register(issuer), issue].map(({ bytes }) => bytes)
  const form = new TransferForm(state.chain, PLAN)
  const transfers = wallets.map((owner, reference) => {
    const bytes = Buffer.alloc(form.bytes)
    const account = (number: number): Buffer => Buffer.from(fromHex(wallets[number % wallets.length]?.account ?? ''))
    const coin = coordinateOf(Buffer.from(fromHex(issue.id)), reference)
    form.write(bytes, 0, { coin, to: account(reference + 1), back: account(reference), reference })
    form.sign(bytes, 0, owner.secretKey)
    return new Uint8Array(bytes)
  })
  const validator = new Validator(state)
  const blocks: Stored[] = []
  for (const transactions of [founding, transfers]) {
    const header = nextHeader(genesis, state.head, { transactions, time: createdAt })
    const sealed = encodeSealedHeader(await seal(header, signer))
    const decoded = decodeSealedHeader(sealed)
    if (!decoded.ok) throw new Error(decoded.code)
    for (const bytes of transactions) {
      const code = validator.validate(bytes, 0, bytes.length, createdAt, { kind: 'trusted' })
      if (code !== undefined) throw new Error(code)
      validator.apply()
    }
    state.closeBlock(header)
    blocks.push({
      height: header.height,
      header: encodeHeader(header),
      seal: sealed.subarray(118),
      bytes: Buffer.concat(transactions),
    })
  }
  return { genesis, blocks, transfers }
}

function verdictOf({ genesis, blocks, transfers }: Chain) {
  const checker = new ChainChecker(genesis)
  transfers.forEach((bytes, index) => checker.expect(2, index, bytes))
  for (const block of blocks) checker.block(block)
  return checker.verdict()
}

it('what was acknowledged is there and the coins add up', async () => {
  expect(verdictOf(await chain())).toMatchObject({ lost: 0, difference: '0', blocks: 2, transactions: 6 })
  expect(verdictOf(await chain()).fault).toBeUndefined()
})

it('an acknowledged transfer that stands nowhere, or elsewhere, is lost', async () => {
  const whole = await chain()
  expect(verdictOf({ ...whole, blocks: whole.blocks.slice(0, 1) }).lost).toBe(3)
  expect(verdictOf({ ...whole, transfers: whole.transfers.toReversed() }).lost).toBe(2)
})

it('a block with one transfer more than it was sealed with, or with another amount, is seen', async () => {
  const whole = await chain()
  const [founding, second] = whole.blocks
  const [first] = whole.transfers
  if (founding === undefined || second === undefined || first === undefined) throw new Error('two blocks')
  const twice = { ...second, bytes: Buffer.concat([second.bytes, first]) }
  expect(verdictOf({ ...whole, blocks: [founding, twice] }).fault).toMatch(/^block 2: /)
  const bent = Buffer.from(second.bytes)
  bent[70] = (bent[70] ?? 0) ^ 1
  const altered = verdictOf({ ...whole, blocks: [founding, { ...second, bytes: bent }] })
  expect(altered.fault).toMatch(/^block 2: /)
  expect(altered.lost).toBe(1)
})
