// The two steps of making a workload: laying it out, one thing after another, and signing its transfers where they stand, in parts.
import * as fs from 'node:fs'
import path from 'node:path'
import { chainIdOf, encodeGenesis } from '@huitong/chain'
import { installNativeHash } from '@huitong/platform'
import { type ChainId, type PublicKey, type Time, fromHex, hexOf, invariant } from '@huitong/primitives'
import { defaultRulebook } from '../../../apps/ledger/src/genesis/genesis-folder.js'
import { sha256, sodium } from './native.js'
import { type Plan, type Workload, random } from './plan.js'
import { COINS_PER_ISSUE, Scribe, TransferForm, coordinateOf } from './transactions.js'
import { walletOf, walletsOf } from './wallets.js'

const CHUNK = 20_000

/** Writes genesis, setup and unsigned transfers. */
export function layOut({ plan, folder }: { readonly plan: Plan; readonly folder: string }): Omit<Workload, 'plan' | 'folder'> {
  installNativeHash()
  const chain = writeGenesis(plan, folder)
  const scribe = new Scribe(chain, plan)
  const issuer = walletOf(plan.seed, -1)
  const wallets = walletsOf(plan.seed, plan.wallets)
  const setup = fs.openSync(path.join(folder, 'setup.bin'), 'w')
  let setupTransactions = 0
  const add = (bytes: Uint8Array): void => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    fs.writevSync(setup, [length, bytes])
    setupTransactions += 1
  }
  for (const { bytes } of scribe.open([issuer, ...wallets])) add(bytes)
  add(scribe.register(issuer).bytes)
  const issues: Buffer[] = []
  for (let at = 0; at < plan.coins; at += COINS_PER_ISSUE) {
    const count = Math.min(COINS_PER_ISSUE, plan.coins - at)
    const owners = Array.from({ length: count }, (_, k) => wallets[(at + k) % plan.wallets]?.account ?? issuer.account)
    const { bytes, id } = scribe.issue(issuer, issues.length, owners)
    add(bytes)
    issues.push(Buffer.from(fromHex(id)))
  }
  fs.closeSync(setup)
  const record = layOutTransfers({
    plan,
    folder,
    chain,
    issues,
    accounts: wallets.map(({ account }) => Buffer.from(fromHex(account))),
  })
  return { chain, record, setupTransactions }
}

function writeGenesis(plan: Plan, folder: string): ChainId {
  const seed = sha256(Buffer.from(`huitong-bench/${plan.seed}/sealing`))
  const publicKey = Buffer.alloc(32)
  sodium.crypto_sign_seed_keypair(publicKey, Buffer.alloc(64), seed)
  const genesis = {
    format: 'huitong-genesis-1',
    name: plan.name,
    // the border: a number that the plan gives as a time
    createdAt: plan.base as Time,
    sandbox: true,
    sealingKey: hexOf<PublicKey>(publicKey),
    rulebook: defaultRulebook(true),
  } as const
  fs.writeFileSync(path.join(folder, 'sealing.key'), `${seed.toString('hex')}\n`, { mode: 0o600 })
  fs.writeFileSync(path.join(folder, 'genesis.json'), encodeGenesis(genesis))
  return chainIdOf(genesis)
}

interface Layout {
  readonly plan: Plan
  readonly folder: string
  readonly chain: ChainId
  /** Ids of the issuances in their order. */
  readonly issues: readonly Buffer[]
  readonly accounts: readonly Buffer[]
}

function layOutTransfers({ plan, folder, chain, issues, accounts }: Layout): number {
  const form = new TransferForm(chain, plan)
  const next = random(plan.seed)
  const file = fs.openSync(path.join(folder, 'transfers.bin'), 'w')
  const owners = Buffer.alloc(4 * plan.transfers)
  /** Coins that `move` has paid on: their coordinate and owner now. */
  const moved = new Map<number, { readonly coin: Buffer; readonly owner: number }>()
  const issued = (coin: number): Buffer => {
    const issue = issues[Math.floor(coin / COINS_PER_ISSUE)]
    invariant(issue !== undefined, 'a coin of the issuance')
    return coordinateOf(issue, coin % COINS_PER_ISSUE)
  }
  invariant(plan.shape === 'move' || plan.transfers <= plan.coins, 'a coin for every transfer')
  for (let from = 0; from < plan.transfers; from += CHUNK) {
    const count = Math.min(CHUNK, plan.transfers - from)
    const chunk = Buffer.alloc(count * form.bytes)
    for (let k = 0; k < count; k++) {
      const transfer = from + k
      const chosen = plan.shape === 'move' ? next() % plan.coins : transfer
      const now = moved.get(chosen) ?? { coin: issued(chosen), owner: chosen % plan.wallets }
      const receiver = next() % plan.wallets
      owners.writeUInt32LE(now.owner, 4 * transfer)
      const [to, back] = [accounts[receiver], accounts[now.owner]]
      invariant(to !== undefined && back !== undefined, 'accounts of the plan')
      const id = form.write(chunk, k * form.bytes, { coin: now.coin, to, back, reference: transfer })
      if (plan.shape === 'move') moved.set(chosen, { coin: coordinateOf(id, 0), owner: receiver })
    }
    fs.writeSync(file, chunk)
  }
  fs.closeSync(file)
  fs.writeFileSync(path.join(folder, 'owners.bin'), owners)
  return form.bytes
}

/** Signs one part of the transfers where they stand. */
export function signPart(config: {
  readonly plan: Plan
  readonly folder: string
  readonly part: number
  readonly parts: number
}): number {
  installNativeHash()
  const { plan, folder, part, parts } = config
  const wallets = walletsOf(plan.seed, plan.wallets)
  const form = new TransferForm(chainOf(folder), plan)
  const owners = fs.readFileSync(path.join(folder, 'owners.bin'))
  const file = fs.openSync(path.join(folder, 'transfers.bin'), 'r+')
  const end = Math.floor((plan.transfers * (part + 1)) / parts)
  let signed = 0
  for (let from = Math.floor((plan.transfers * part) / parts); from < end; from += CHUNK) {
    const count = Math.min(CHUNK, end - from)
    const chunk = Buffer.alloc(count * form.bytes)
    fs.readSync(file, chunk, 0, chunk.length, from * form.bytes)
    for (let k = 0; k < count; k++) {
      const wallet = wallets[owners.readUInt32LE(4 * (from + k))]
      invariant(wallet !== undefined, 'a wallet of the plan')
      form.sign(chunk, k * form.bytes, wallet.secretKey)
      signed += 1
    }
    fs.writeSync(file, chunk, 0, chunk.length, from * form.bytes)
  }
  fs.closeSync(file)
  return signed
}

/** Chain id of the genesis in a workload's folder: the hash of its bytes. */
export const chainOf = (folder: string): ChainId => hexOf<ChainId>(sha256(fs.readFileSync(path.join(folder, 'genesis.json'))))
