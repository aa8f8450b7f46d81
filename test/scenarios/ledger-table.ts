// Runs tables of ledger transactions: who signs, what is spent by which path, what is paid, and the code that must come back.
// The tables read as the specification of the ledger; this file only turns their words into signed bytes.
import {
  type AccountRecord,
  type Condition,
  type Genesis,
  type Input,
  type KeySet,
  LedgerState,
  type Operation,
  type Output,
  type Policy,
  type Rulebook,
  type RulebookChange,
  type SpendPath,
  type TransactionBody,
  type ValidationCode,
  Validator,
  accountIdOf,
  attachWitnesses,
  browserVerifier,
  coordinateOf,
  encodeBody,
  prescribedOutputs,
  requiredSigners,
  transactionMessage,
  txIdOf,
} from '@huitong/chain'
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type Coordinate,
  type HashLock,
  type OrderId,
  type Preimage,
  type PublicKey,
  type Signature,
  type Time,
  expectOk,
  hexOf,
  invariant,
  lockOf,
  sha256,
  toHex,
  utf8,
} from '@huitong/primitives'
import { ed25519 } from '@noble/curves/ed25519.js'

/** Time 0 of every table. */
export const T0 = 1_800_000_000_000
export const at = (offset: number): Time => (T0 + offset) as Time
export const USD = 'USD' as AssetCode

const RULES: Rulebook = {
  version: 1,
  jurisdiction: 'XX',
  currencyZone: 'USD',
  lockMaxMs: 100_000,
  feeShareMaxPpm: 100_000,
  recoveryDelayMinMs: 1_000,
}

export const genesisWith = (rules: Partial<Rulebook> = {}): Genesis => ({
  format: 'huitong-genesis-1',
  name: 'table',
  createdAt: at(0),
  sandbox: true,
  sealingKey: publicKeyOf('sealer'),
  rulebook: { ...RULES, ...rules },
})

/** Keys are named by words; their secrets are the words' hashes. */
const secretOf = (name: string): Bytes => sha256(utf8(`key ${name}`))
export const publicKeyOf = (name: string): PublicKey => hexOf<PublicKey>(ed25519.getPublicKey(secretOf(name)))
export const signAs = (name: string, message: Bytes): Signature => hexOf<Signature>(ed25519.sign(message, secretOf(name)))
export const secret = (name: string): Preimage => hexOf<Preimage>(sha256(utf8(`secret ${name}`)))
export const lock = (name: string): HashLock => lockOf(secret(name))
export const ORDER = '00112233445566778899aabbccddeeff' as OrderId

/** Every code that a table of this run came back with. */
export const met = new Set<ValidationCode>()

export interface Row {
  /** Milliseconds after T0. */
  readonly t: number
  readonly signers: readonly string[]
  readonly spend: string
  readonly pay: string
  readonly ops: string
}

/** One ledger and the people around it. */
export class World {
  readonly state: LedgerState
  readonly validator: Validator
  readonly coins = new Map<string, Coordinate>()
  readonly conditions = new Map<string, Condition>()
  /** Keys by name that are not made from their names. */
  readonly oddKeys = new Map<string, PublicKey>()
  /** What `rulebook NAME` sets; its version follows the one in force. */
  readonly rulebooks = new Map<string, Partial<RulebookChange>>()
  /** What the last refusal rests on. */
  detail: string | undefined
  private readonly policies = new Map<string, Policy>()
  private readonly keyNames = new Map<PublicKey, string>()
  private references = 0
  /** Every transaction that was applied, in order, with its block time. */
  readonly applied: { bytes: Bytes; time: Time }[] = []

  constructor(names: string, rules: Partial<Rulebook> = {}) {
    this.state = new LedgerState(genesisWith(rules))
    this.validator = new Validator(this.state)
    for (const name of words(names)) {
      this.policy(name)
      this.mustRun({ t: 0, signers: [name], spend: '', pay: '', ops: `open ${name}` })
    }
  }

  /** The id of a named person's account, whether open or not. */
  id(name: string): AccountId {
    return accountIdOf(this.policies.get(name) ?? this.policy(name))
  }

  /** Gives a name a policy: `keys` key names (by default one, named as the account), how many must sign, who may recover it. */
  policy(
    name: string,
    terms: { keys?: string; threshold?: number; authorities?: string; quorum?: number; delayMs?: number } = {},
  ): Policy {
    const { keys = name, threshold = 1, authorities = '', quorum = 0, delayMs = 0 } = terms
    const set = this.keySet(keys, threshold)
    const list = words(authorities).map((authority) => this.id(authority))
    const policy: Policy = { ...set, authorities: list.sort(), quorum, delayMs }
    this.policies.set(name, policy)
    return policy
  }

  keySet(keys: string, threshold = 1): KeySet {
    const list = words(keys).map((key) => {
      const publicKey = this.oddKeys.get(key) ?? publicKeyOf(key)
      this.keyNames.set(publicKey, key)
      return publicKey
    })
    return { keys: list.sort(), threshold }
  }

  /** Runs rows of `t | signers | spend | pay | operations | code`, each for itself; the code `ok` applies the transaction. */
  run(table: string): void {
    for (const line of rowsOf(table)) {
      const [t = '', signers = '', spend = '', pay = '', ops = '', code = ''] = line.split('|').map((cell) => cell.trim())
      const got = this.submit({ t: Number(t), signers: words(signers), spend, pay, ops })
      expect(`${line.trim()}  -> ${got ?? 'ok'}`).toBe(`${line.trim()}  -> ${code}`)
    }
  }

  /** Ends a block of this time; what it holds does not matter to the rules that wait for it. */
  close(t: number): void {
    const { chain, head } = this.state
    const block = { root: '00'.repeat(32), transactions: 0, size: 0, time: at(t), sandbox: true }
    this.state.closeBlock({ chain, height: head.height + 1, previous: head.hash, ...block })
  }

  mustRun(row: Row): void {
    const code = this.submit(row)
    invariant(code === undefined, `a step that must succeed: ${code}`)
  }

  submit(row: Row): ValidationCode | undefined {
    const { body, names, secrets } = this.body(row)
    return this.submitBytes(this.sign(body, row.signers, secrets), at(row.t), { body, names })
  }

  /** Judges whole bytes and applies them if they are valid. */
  submitBytes(
    bytes: Bytes,
    time: Time,
    naming?: { body: TransactionBody; names: readonly string[] },
  ): ValidationCode | undefined {
    // as they come from the network: a Buffer, whose `slice` is a window. Nobody may write through it.
    const received = Buffer.from(bytes)
    const code = this.validator.validate(received, 0, received.length, time, { kind: 'verify', verifier: browserVerifier })
    if (code !== undefined) met.add(code)
    this.detail = code === undefined ? undefined : this.validator.detailOf(code)
    if (code !== undefined) return code
    this.validator.apply()
    expect(toHex(received)).toBe(toHex(bytes))
    this.applied.push({ bytes, time })
    this.state.assets.assertConserved()
    if (naming !== undefined) {
      const id = txIdOf(this.state.chain, naming.body)
      naming.names.forEach((name, index) => this.coins.set(name, coordinateOf(id, index)))
    }
    return undefined
  }

  body(row: Row): { body: TransactionBody; names: string[]; secrets: Preimage[] } {
    const secrets: Preimage[] = []
    const inputs = list(row.spend).map((text) => this.input(text, secrets))
    const { outputs, names } = this.outputs(row.pay, inputs)
    const operations = list(row.ops).map((text) => this.operation(text))
    const reference = (++this.references).toString(16).padStart(16, '0')
    const body: TransactionBody = { validUntil: at(row.t), reference, inputs, outputs, operations, memo: '' }
    return { body, names, secrets: [...new Set(secrets)] }
  }

  /** Signs for everyone in `signers`; `x~y` puts signatures of x's keys where y's are required. */
  sign(body: TransactionBody, signers: readonly string[], preimages: readonly Preimage[] = []): Bytes {
    const plan = requiredSigners(body, this.state)
    const message = transactionMessage(this.state.chain, txIdOf(this.state.chain, body))
    const substitutes = new Map(signers.map((entry) => entry.split('~').reverse()).map(([y = '', x]) => [this.id(y), x]))
    const signatures = (plan.ok ? plan.value.accounts : []).map((account) => {
      if (!substitutes.has(account)) return []
      const substitute = substitutes.get(account)
      const current = this.currentKeys(account, body)
      return current.keys
        .slice(0, current.threshold)
        .map((key, position) => ({ key: position, signature: signAs(substitute ?? this.keyNames.get(key) ?? '?', message) }))
    })
    return attachWitnesses(encodeBody(body), { signatures, preimages })
  }

  balance(name: string): bigint {
    let sum = 0n
    for (const coin of this.state.allCoins()) {
      if (coin.condition.kind === 'account' && coin.condition.account === this.id(name)) sum += coin.amount
    }
    return sum
  }

  /** Balances as text: `alice 60 bob 40`. */
  balances(names: string): string {
    return words(names)
      .map((name) => `${name} ${this.balance(name)}`)
      .join(' ')
  }

  private currentKeys(account: AccountId, body: TransactionBody): KeySet {
    const record: AccountRecord | undefined = this.state.account(account)
    if (record !== undefined) return record.current
    for (const operation of body.operations) {
      if (operation.kind === 'openAccount' && accountIdOf(operation.policy) === account) return operation.policy
    }
    return { keys: [], threshold: 0 }
  }

  /** `coin` or `coin/path parameters`; a word after claim or code names the secret given. */
  private input(text: string, secrets: Preimage[]): Input {
    const [name = '', spelled = 'own'] = text.split('/').map((part) => part.trim())
    const coin = this.coins.get(name) ?? hexOf<Coordinate>(sha256(utf8(name)))
    const [kind = '', ...parameters] = words(spelled)
    const [first = ''] = parameters
    if ((kind === 'claim' || kind === 'code') && first !== '') secrets.push(secret(first))
    return { coin, path: pathOf(kind, parameters) }
  }

  /** `name amount coin` pays an account or a named condition; `auto coin coin` pays what the spent locks prescribe. */
  private outputs(text: string, inputs: readonly Input[]): { outputs: Output[]; names: string[] } {
    if (text.startsWith('auto')) {
      const outputs = inputs.flatMap(({ coin, path }) => {
        const spent = this.state.coin(coin)
        return spent === undefined ? [] : expectOk(prescribedOutputs(spent, path), 'prescribed outputs')
      })
      return { outputs, names: words(text).slice(1) }
    }
    const outputs: Output[] = []
    const names: string[] = []
    for (const part of list(text)) {
      const [to = '', amount = '0', name = `${to}?`, asset = 'USD'] = words(part)
      const condition = this.conditions.get(to) ?? { kind: 'account', account: this.id(to) }
      outputs.push({ asset: asset as AssetCode, amount: BigInt(amount), condition })
      names.push(name)
    }
    return { outputs, names }
  }

  private operation(text: string): Operation {
    const [kind = '', subject = '', third = '', ...more] = words(text.replace(/#\d+/, ''))
    const account = this.id(subject)
    const given = /#(\d+)/.exec(text)?.[1]
    const number = (next?: number): number => (given === undefined ? (next ?? 0) : Number(given))
    const sequence = number(this.state.account(account)?.sequence)
    switch (kind) {
      case 'register':
        return {
          kind: 'registerAsset',
          asset: subject as AssetCode,
          scale: 2,
          maxSupply: BigInt(more[0] ?? '1000000'),
          issuer: this.id(third),
          powers: { freeze: more.includes('freeze'), clawback: more.includes('clawback') },
        }
      case 'issue': {
        const asset = (third || 'USD') as AssetCode
        return { kind, asset, sequence: number(this.state.asset(asset)?.sequence), amount: BigInt(subject) }
      }
      case 'burn':
        return { kind, asset: (third || 'USD') as AssetCode, amount: BigInt(subject) }
      case 'open':
        return { kind: 'openAccount', policy: this.policies.get(subject) ?? this.policy(subject) }
      case 'rotate':
        return { kind, account, sequence, keys: this.keySet([third, ...more].join(' ')) }
      case 'propose':
        return { kind: 'proposeRecovery', account, sequence, keys: this.keySet([third, ...more].join(' ')) }
      case 'change': {
        const [delay = '0', quorum = '0', ...authorities] = [third, ...more]
        const list = authorities.map((name) => this.id(name)).sort()
        return {
          kind: 'changeRecovery',
          account,
          sequence,
          terms: { authorities: list, quorum: Number(quorum), delayMs: Number(delay) },
        }
      }
      case 'cancel':
        return { kind: 'cancelRecovery', account, sequence }
      case 'finalise':
        return { kind: 'finaliseRecovery', account, sequence }
      case 'anchor':
        return { kind, account, sequence, hash: toHex(sha256(utf8(subject))) }
      default:
        return this.ruling(words(text.replace(/#\d+/, '')), number)
    }
  }

  /** What registrars and issuers do to others. */
  private ruling([kind = '', subject = '', third = '', ...more]: string[], number: (next?: number) => number): Operation {
    const account = this.id(subject)
    switch (kind) {
      case 'rules': {
        const [lockMaxMs = 0, feeShareMaxPpm = 0, recoveryDelayMinMs = 0] = [subject, third, ...more].map(Number)
        return {
          kind: 'setRulebook',
          version: number(this.state.rulebook.version + 1),
          lockMaxMs,
          feeShareMaxPpm,
          recoveryDelayMinMs,
        }
      }
      case 'rulebook': {
        const { lockMaxMs, feeShareMaxPpm, recoveryDelayMinMs } = this.state.rulebook
        const change = { lockMaxMs, feeShareMaxPpm, recoveryDelayMinMs, ...this.rulebooks.get(subject) }
        return { kind: 'setRulebook', ...change, version: number(this.state.rulebook.version + 1) }
      }
      case 'tier': {
        const sequence = number(this.state.account(account)?.tier?.sequence)
        return { kind: 'setTier', account, sequence, tier: Number(third) }
      }
      case 'clawback': {
        const asset = subject as AssetCode
        return { kind, asset, sequence: number(this.state.asset(asset)?.sequence) }
      }
      case 'freeze':
      case 'unfreeze': {
        const asset = subject as AssetCode
        const one = third === '' ? {} : { account: this.id(third) }
        return { kind, asset, sequence: number(this.state.asset(asset)?.sequence), ...one }
      }
      default:
        throw new Error(`no such operation in tables: ${kind}`)
    }
  }
}

function pathOf(kind: string, parameters: readonly string[]): SpendPath {
  const value = BigInt(/^\d+$/.test(parameters[0] ?? '') ? (parameters[0] ?? '0') : '0')
  switch (kind) {
    case 'own':
    case 'claim':
    case 'cancel':
    case 'expire':
    case 'code':
    case 'default':
    case 'clawback':
      return { kind }
    case 'release':
    case 'refund':
      return { kind, amount: value }
    case 'agree':
    case 'rule':
      return { kind, toPayee: value }
    case 'hold': {
      const turned = parameters.find((word) => word === 'refund' || word === 'release')
      const rest = { deadline: at(Number(value)), dropDeliveryHash: parameters.includes('drop') }
      return turned === 'refund' || turned === 'release' ? { kind, ...rest, default: turned } : { kind, ...rest }
    }
    default:
      throw new Error(`no such path in tables: ${kind}`)
  }
}

/** A world with the dollar registered by `bank`. */
export function dollarWorld(names: string, rules: Partial<Rulebook> = {}): World {
  const world = new World(`bank ${names}`, rules)
  world.run(`0 | bank |  |  | register USD bank 1000000 | ok`)
  return world
}

/** A world with the dollar, and 1000 units of it in coin `a1` of alice. */
export function fundedWorld(names: string, rules: Partial<Rulebook> = {}): World {
  const world = dollarWorld(names, rules)
  world.run(`0 | bank |  | alice 1000 a1 | issue 1000 | ok`)
  return world
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '' && word !== '-')
const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '-')
const rowsOf = (table: string): string[] => table.split('\n').filter((line) => line.includes('|'))
