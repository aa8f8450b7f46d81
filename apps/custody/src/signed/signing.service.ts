// From a plan to signed bytes: one outcome per subject, coins in use only once, counters kept, and all of it durable before the bytes leave.
import {
  type Output,
  type TransactionBody,
  coordinateOf,
  encodeTransaction,
  prescribedOutputs,
  taxOutput,
  transactionMessage,
  txIdOf,
} from '@huitong/chain'
import type { CustodyCode, SignedTransaction } from '@huitong/contracts'
import { type ChainId, type Clock, type Entropy, type Result, err, never, ok, toHex } from '@huitong/primitives'
import type { Keyring } from '../account/keyring.js'
import type { Plan } from '../decision/plan.js'
import type { Ledgers, OwnCoin } from '../ledger/ledgers.js'
import { type Book, type BookPage, type Signed } from './book.js'
import { changeOutputs, selectCoins } from './coins.js'
import { Returns } from './returns.js'
import type { Settler } from './settler.js'

export interface SigningWorld {
  readonly ledgers: Ledgers
  readonly keyring: Keyring
  readonly book: Book
  readonly settler: Settler
  readonly clock: Clock
  readonly entropy: Entropy
  readonly newId: () => string
}

type Draft = Pick<TransactionBody, 'inputs' | 'outputs' | 'operations'> & { readonly sequence?: number }

export class SigningService {
  readonly #returns: Returns

  constructor(private readonly world: SigningWorld) {
    this.#returns = new Returns(world.ledgers, world.book)
  }

  /** Signs a plan, or answers the bytes that stand for the same outcome already. */
  async sign(plan: Plan, digest: string): Promise<Result<SignedTransaction, CustodyCode>> {
    const { ledgers, book, settler } = this.world
    for (const ledger of new Set([plan.ledger, ...(plan.alsoSettle ?? [])])) await settler.settle(ledger)
    await this.#recount(plan)
    const head = await ledgers.head(plan.ledger)
    if (!head.ok) return head
    const { body } = plan
    const coins = body.kind === 'pay' ? await ledgers.ownCoins(plan.ledger, plan.account, body.asset) : ok([])
    if (!coins.ok) return coins
    const tax = await this.#tax(plan)
    if (!tax.ok) return tax
    return book.write(async (page): Promise<Result<SignedTransaction, CustodyCode>> => {
      const standing = await page.standing(plan.subject)
      if (standing !== undefined) {
        return standing.outcome === plan.outcome ? ok(answerOf(standing)) : err('outcome_already_signed', standing.outcome)
      }
      const refused = (await plan.check?.(page)) ?? (await countersFault(page, plan))
      if (refused !== undefined) return refused
      const draft = await this.#draft(page, plan, { coins: coins.value, tax: tax.value })
      if (!draft.ok) return draft
      return ok(await this.#write(page, { plan, digest, chain: head.value.chain, draft: draft.value }))
    })
  }

  /** An offer that looks used up may have got some of it back. */
  async #recount({ offer }: Plan): Promise<void> {
    if (offer === undefined) return
    const given = await this.world.book.givenUnder(offer.key)
    if (given + offer.amount > offer.inventory) await this.#returns.look(offer.key)
  }

  /** What the ledger's own rules ask beside a payment, to the unit: with less it is refused, and more is nobody's due. */
  async #tax({ ledger, account, body }: Plan): Promise<Result<readonly Output[], 'ledger_unavailable'>> {
    if (body.kind !== 'pay') return ok([])
    const read = await this.world.ledgers.rules(ledger, body.asset)
    if (!read.ok) return read
    const { rules, issuer } = read.value ?? {}
    if (rules === undefined || issuer === undefined) return ok([])
    const tax = taxOutput(rules, { payer: account, issuer, outputs: [body.output] })
    return ok(tax === undefined ? [] : [tax])
  }

  async #draft(
    page: BookPage,
    plan: Plan,
    { coins, tax }: { readonly coins: readonly OwnCoin[]; readonly tax: readonly Output[] },
  ): Promise<Result<Draft, CustodyCode>> {
    const { body } = plan
    switch (body.kind) {
      case 'lock': {
        const outputs = prescribedOutputs(body.coin, body.path)
        if (!outputs.ok) return err('coin_mismatch', outputs.code)
        return ok({ inputs: [{ coin: body.coin.coordinate, path: body.path }], outputs: outputs.value, operations: [] })
      }
      case 'pay': {
        const reserved = await page.reserved(
          plan.ledger,
          coins.map(({ coordinate }) => coordinate),
        )
        const wanted = [body.output, ...tax].reduce((sum, { amount }) => sum + amount, 0n)
        const selected = selectCoins(coins, reserved, wanted)
        if (!selected.ok) return selected
        const freeCoins = coins.length - reserved.size
        const change = changeOutputs(selected.value.change, { account: plan.account, asset: body.asset, freeCoins })
        const inputs = selected.value.inputs.map((coin) => ({ coin, path: { kind: 'own' } as const }))
        return ok({ inputs, outputs: [body.output, ...tax, ...change], operations: [] })
      }
      case 'operate': {
        // signed operations that may still be committed have their numbers already
        const sequence = Math.max(body.sequence, (await page.highestSequence(plan.ledger, plan.account)) + 1)
        return ok({ inputs: [], outputs: [], operations: [body.operation(sequence)], sequence })
      }
      default:
        return never(body)
    }
  }

  async #write(
    page: BookPage,
    made: { readonly plan: Plan; readonly digest: string; readonly chain: ChainId; readonly draft: Draft },
  ): Promise<SignedTransaction> {
    const { plan, digest, chain, draft } = made
    const { keyring, clock, entropy, newId } = this.world
    const { inputs, outputs, operations, sequence } = draft
    const reference = toHex(entropy.bytes(8))
    const body: TransactionBody = { validUntil: plan.validUntil, reference, inputs, outputs, operations, memo: '' }
    const transaction = txIdOf(chain, body)
    const signature = await keyring.sign(plan.account, transactionMessage(chain, transaction))
    const bytes = toHex(encodeTransaction({ body, witnesses: { signatures: [[{ key: 0, signature }]], preimages: [] } }))
    const at = clock.now()
    const signed: Signed = {
      id: newId(),
      kind: plan.kind,
      subject: plan.subject,
      outcome: plan.outcome,
      digest,
      ledger: plan.ledger,
      account: plan.account,
      transaction,
      bytes,
      validUntil: plan.validUntil,
      at,
      state: 'live',
      ...(plan.offer === undefined ? {} : { offer: { key: plan.offer.key, amount: plan.offer.amount } }),
      ...(plan.hash === undefined ? {} : { hash: plan.hash }),
      ...(plan.split === undefined ? {} : { split: plan.split }),
      ...(plan.held === undefined ? {} : { held: plan.held }),
      ...(sequence === undefined ? {} : { sequence }),
    }
    const first = coordinateOf(transaction, 0)
    await page.add({
      signed,
      reserve: plan.body.kind === 'pay' ? inputs.map(({ coin }) => coin) : [],
      ...(plan.pairWith === undefined ? {} : { pair: plan.pairWith(first) }),
      ...(plan.carriesOn === undefined ? {} : { successor: { ledger: plan.ledger, coordinate: first, root: plan.carriesOn } }),
    })
    const { ledger, outcome, subject, validUntil } = signed
    await page.audit({
      at,
      action: `signed.${plan.kind}`,
      subject: `${subject.ledger}/${subject.key}`,
      detail: { ledger, transaction, outcome, validUntil, outputs: outputs.map(amountOf) },
    })
    return answerOf(signed)
  }
}

/** What an offer has left, and that a hash stands for one deal only. */
async function countersFault(page: BookPage, plan: Plan) {
  if (plan.offer !== undefined) {
    const given = await page.givenUnder(plan.offer.key)
    if (given + plan.offer.amount > plan.offer.inventory) return err('limit_exceeded', 'the offer is used up', 'terms')
  }
  if (plan.hash !== undefined && (await page.standingHash(plan.hash)) !== undefined)
    return err('outcome_already_signed', 'this hash belongs to another deal', 'legA')
  return undefined
}

export const answerOf = ({ ledger, bytes, transaction, validUntil }: Signed): SignedTransaction => ({
  ledger,
  transaction: bytes,
  id: transaction,
  validUntil,
})

const amountOf = ({ asset, amount }: Output): string => `${amount} ${asset}`
