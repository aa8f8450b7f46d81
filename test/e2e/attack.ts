// Attacks on locked coins over HTTP: every key against every path with outputs that are right or bent, one coin per attack, so that none
// depends on another. Renders what the ledger answered as a text table; the expected table stands in the spec.
import {
  type CoinRecord,
  type Condition,
  type Output,
  type SpendPath,
  attachWitnesses,
  encodeBody,
  prescribedOutputs,
  requiredSigners,
  transactionMessage,
  txIdOf,
} from '@huitong/chain'
import { type AccountId, type Preimage, after, toHex } from '@huitong/primitives'
import { type LedgerClient, type Party, systemEntropy } from '@huitong/sdk'

/** How the outputs are bent: nothing, all to who signs, the first one in two, the fee kept, the rest's condition turned to a stranger. */
export type Bend = 'right' | 'self' | 'split' | 'free' | 'bent'

export interface Attack {
  readonly path: SpendPath
  readonly bend: Bend
  readonly secret?: 'right' | 'wrong'
}

export type Cast = Readonly<Record<'payer' | 'payee' | 'arbiter' | 'hub' | 'stranger', Party>> & {
  readonly secrets: Readonly<Record<'right' | 'wrong', Preimage>>
}

/** Who tries: each key, both parties together, and nobody's key. */
export const COLUMNS = ['payer', 'payee', 'both', 'arbiter', 'hub', 'stranger', 'none'] as const
type Column = (typeof COLUMNS)[number]

/** The words of the tables. `ok`: committed. */
const WORDS: Readonly<Record<string, string>> = {
  signature_wrong: 'sig',
  signature_count: 'bare',
  outputs_not_prescribed: 'out',
  too_late: 'late',
  too_early: 'early',
  paired_forbidden: 'pair',
  part_wrong: 'part',
  hold_deadline_wrong: 'hold',
  preimage_wrong: 'secret',
  preimage_count: 'secrets',
  path_not_of_condition: 'path',
}

/** Tries every attack by everyone, each on a coin of its own; answers the table and the coins that were spent. */
export async function tryAll(
  ledger: LedgerClient,
  cast: Cast,
  attacks: readonly Attack[],
  coins: readonly CoinRecord[],
): Promise<{ readonly table: string; readonly spent: readonly string[] }> {
  const validUntil = after(await ledger.now(), 30 * 60_000)
  const cells = attacks.flatMap((attack) => COLUMNS.map((column) => ({ attack, column })))
  const signed = await Promise.all(
    cells.map(({ attack, column }, index) => {
      const coin = coins[index]
      if (coin === undefined) throw new Error('one coin for each attack')
      return sign(ledger, { cast, attack, column, coin, validUntil })
    }),
  )
  const codes: string[] = []
  const spent: string[] = []
  for (let from = 0; from < signed.length; from += 100) {
    const outcomes = await ledger.submit(signed.slice(from, from + 100))
    for (const [index, { outcome, code }] of outcomes.entries()) {
      if (outcome === 'committed') spent.push(coins[from + index]?.coordinate ?? '')
      codes.push(outcome === 'committed' ? 'ok' : outcome === 'refused' ? (WORDS[code ?? ''] ?? code ?? '?') : outcome)
    }
  }
  const rows = attacks.map((attack, row) => [nameOf(attack), ...codes.slice(row * COLUMNS.length, (row + 1) * COLUMNS.length)])
  return { table: [['', ...COLUMNS], ...rows].map((cellsOf) => cellsOf.join(' ').trim()).join('\n'), spent }
}

/** A table as text without its alignment. */
export const plain = (table: string): string =>
  table
    .trim()
    .split('\n')
    .map((line) => line.trim().replaceAll(/ +/g, ' '))
    .join('\n')

const nameOf = ({ path, bend, secret }: Attack): string =>
  `${path.kind}${amountOf(path)}${secret === undefined ? '' : secret === 'right' ? '#' : '!'}${bend === 'right' ? '' : `/${bend}`}`

function amountOf(path: SpendPath): string {
  if (path.kind === 'release' || path.kind === 'refund') return `:${path.amount}`
  return path.kind === 'agree' || path.kind === 'rule' ? `:${path.toPayee}` : ''
}

interface Try {
  readonly cast: Cast
  readonly attack: Attack
  readonly column: Column
  readonly coin: CoinRecord
  readonly validUntil: ReturnType<typeof after>
}

async function sign(ledger: LedgerClient, { cast, attack, column, coin, validUntil }: Try) {
  const signers = column === 'none' ? [] : column === 'both' ? [cast.payer, cast.payee] : [cast[column]]
  const body = {
    validUntil,
    reference: toHex(systemEntropy.bytes(8)),
    inputs: [{ coin: coin.coordinate, path: attack.path }],
    outputs: outputsOf(attack, coin, { self: (signers[0] ?? cast.stranger).account.id, stranger: cast.stranger.account.id }),
    operations: [],
    memo: '',
  }
  const id = txIdOf(ledger.chain, body)
  const message = transactionMessage(ledger.chain, id)
  const plan = requiredSigners(body, { coin: () => coin, asset: () => undefined, account: () => undefined })
  const signatures = []
  for (const needed of plan.ok ? plan.value.accounts : []) {
    // whoever is not asked signs all the same, in the place of the one who is
    const signer = signers.find(({ account }) => account.id === needed) ?? signers[0]
    signatures.push(signer === undefined ? [] : await signer.account.sign(message))
  }
  const preimages = attack.secret === undefined ? [] : [cast.secrets[attack.secret]]
  return { id, bytes: attachWitnesses(encodeBody(body), { signatures, preimages }) }
}

function outputsOf({ path, bend }: Attack, coin: CoinRecord, to: { self: AccountId; stranger: AccountId }): Output[] {
  const prescribed = prescribedOutputs(coin, path)
  const whole = (account: AccountId): Output[] => [
    { asset: coin.asset, amount: coin.amount, condition: { kind: 'account', account } },
  ]
  if (!prescribed.ok || bend === 'self') return whole(to.self)
  const [first, ...others] = prescribed.value
  const last = others.at(-1)
  if (first === undefined) return []
  switch (bend) {
    case 'right':
      return prescribed.value
    case 'split':
      return [{ ...first, amount: 1n }, { ...first, amount: first.amount - 1n }, ...others]
    case 'free': {
      // what would be the hub's fee goes to the first output
      const fee = others.find(({ condition }) => isFee(condition, coin))
      return [{ ...first, amount: first.amount + (fee?.amount ?? 0n) }, ...others.filter((output) => output !== fee)]
    }
    case 'bent':
      return last === undefined ? [turned(first, to.stranger)] : [first, ...others.slice(0, -1), turned(last, to.stranger)]
    default:
      return bend satisfies never
  }
}

const isFee = (condition: Condition, coin: CoinRecord): boolean =>
  condition.kind === 'account' && coin.condition.kind === 'escrow' && condition.account === coin.condition.feeTo

/** The same output under a condition that is a stranger's. */
function turned(output: Output, stranger: AccountId): Output {
  const { condition } = output
  return {
    ...output,
    condition: condition.kind === 'escrow' ? { ...condition, payee: stranger } : { kind: 'account', account: stranger },
  }
}
