// What the steps of the demonstration share: the founded network, people enrolled for this run, and the rule that a step holds only by proof.
import { type Condition, type Output, type ProvenTransaction, encodeCondition } from '@huitong/chain'
import { type AccountId, type Amount, type AssetCode, type Time, equalBytes } from '@huitong/primitives'
import {
  type LedgerClient,
  type Party,
  type SecretStore,
  type WalletAccount,
  accountCondition,
  memorySecrets,
} from '@huitong/sdk'
import type { Founded } from '../network/founding.js'
import type { TokenOf } from '../network/tokens.js'

/** A step that did not hold says which proof was missing. */
export class NotProven extends Error {
  override readonly name = 'NotProven'
}

export class Stage {
  readonly secrets: SecretStore = memorySecrets()
  /** Receipts verified so far. */
  proofs = 0

  constructor(
    readonly network: Founded,
    /** Distinguishes this run's people from those of earlier runs on the same hub. */
    readonly run: string,
    private readonly tell: (line: string) => void,
  ) {}

  say(line: string): void {
    this.tell(line)
  }

  /** Somebody of this run, with an account on these tokens' ledgers. */
  async person(name: string, tokens: readonly TokenOf[]): Promise<Party> {
    const ledgers = [...new Set(tokens.map(({ ledger }) => ledger))]
    const { party } = await this.network.enrolment.party(`${name} ${this.run}`, { ledgers })
    return party
  }

  /** New units from the token's issuer. */
  async grant(to: AccountId, token: TokenOf, amount: Amount): Promise<ProvenTransaction> {
    const issuer = this.network.issuer(token)
    const ledger = await this.network.ledger(token)
    const proof = await issuer.issue(ledger, token.asset, [{ asset: token.asset, amount, condition: accountCondition(to) }])
    return this.holds(proof, [{ asset: token.asset, amount, condition: accountCondition(to) }], `${issuer.name} issues`)
  }

  async pay(from: Party, to: Party, token: TokenOf, amount: Amount): Promise<ProvenTransaction> {
    const proof = await from.pay(await this.network.ledger(token), { account: to.account.id, asset: token.asset, amount })
    return this.holds(
      proof,
      [{ asset: token.asset, amount, condition: accountCondition(to.account.id) }],
      `${from.name} pays ${to.name}`,
    )
  }

  /** The proven transaction made each of these outputs; a step stands on this and on nothing that the hub says. */
  holds(proof: ProvenTransaction, outputs: readonly Output[], what: string): ProvenTransaction {
    for (const expected of outputs) {
      const found = proof.coins.some(
        (coin) =>
          coin.asset === expected.asset && coin.amount === expected.amount && sameCondition(coin.condition, expected.condition),
      )
      if (!found) throw new NotProven(`${what}: the receipt shows no output of ${expected.amount} ${expected.asset} as expected`)
    }
    this.proofs += 1
    return proof
  }

  /** What one account received in a proven transaction. */
  received(proof: ProvenTransaction, account: AccountId, asset: AssetCode): Amount {
    return proof.coins
      .filter((coin) => coin.asset === asset && coin.condition.kind === 'account' && coin.condition.account === account)
      .reduce((sum, coin) => sum + coin.amount, 0n)
  }

  /** The transaction that ended a coin, proven. */
  async spentBy(ledger: LedgerClient, coordinate: string): Promise<ProvenTransaction | undefined> {
    const { spent } = await ledger.provenCoin(coordinate as Parameters<LedgerClient['provenCoin']>[0])
    return spent === undefined ? undefined : ledger.proof(spent)
  }

  /** Moves the sandbox clock of the whole hub. */
  async passTime(token: TokenOf, milliseconds: number): Promise<void> {
    const now = await (await this.network.ledger(token)).now()
    await this.network.hub.advanceClock((now + milliseconds) as Time)
  }

  /** The same account with the keys of another index, after a rotation or recovery. */
  accountWith(name: string, account: WalletAccount, index: number): WalletAccount {
    const signer = this.network.enrolment.signer(name, index)
    return account.withKeys({ keys: [signer.publicKey], threshold: 1 }, [signer])
  }
}

const sameCondition = (a: Condition, b: Condition): boolean => equalBytes(encodeCondition(a), encodeCondition(b))

/** The first bytes of an id, for people. */
export const short = (id: string): string => `${id.slice(0, 10)}…`

/** Base units with the token's decimals and name. */
export function money(amount: Amount, token: TokenOf): string {
  const digits = amount.toString().padStart(token.scale + 1, '0')
  const whole = token.scale === 0 ? digits : `${digits.slice(0, -token.scale)}.${digits.slice(-token.scale)}`
  return `${whole} ${token.asset}`
}
